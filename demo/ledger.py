"""The ledger's files: the journal, key account management, opening balances, supplier documents.

Opening items and their payments are here too, since no order of the period stands behind them.
"""

import numpy as np

from demo import chart, naming
from demo.customers import HAND_HELD, STEADY, Customers, customers
from demo.draws import between, keyed
from demo.frames import Frame
from demo.journal import Journal, Line, Posting
from demo.late import LATE
from demo.overheads import PREPAID, PREPAID_MONTH, Supply
from demo.reference import iso, money
from demo.timeline import MONTH_END, MONTH_START, MONTHS, START, YEAR_MONTH, month_of
from demo.writing import Writer

_HEADER = (
    "entry_id",
    "line_number",
    "posted_on",
    "account_id",
    "amount",
    "cost_center_id",
    "customer_id",
    "order_id",
    "product_id",
    "segment_id",
    "description",
    "recorded_at",
)
_KEY_ACCOUNTS = f"""
    select
        printf('KAM-%04d-%07d', stamp_of(month), customer + 1) as entry_id,
        line_number,
        day_of(posted) as posted_on,
        if(line_number = 1, '{chart.KEY_ACCOUNTS}', '{chart.BANK}') as account_id,
        money_of(cents) as amount,
        null as cost_center_id,
        if(line_number = 1, customer_of(customer), null) as customer_id,
        null as order_id,
        null as product_id,
        null as segment_id,
        if(line_number = 1, 'Key account management', null) as description
    from entries
"""
_PAYMENT = """
    payment_id,
    customer_id,
    cast(paid_on as date) as paid_on,
    cast(amount as decimal(18, 2)) as amount,
    cast(null as decimal(18, 2)) as cash_discount_amount,
    invoice_id,
    currency_code,
    cast(paid_on as timestamp) + interval 18 hour as recorded_at
"""
_OPENING = (
    (chart.FIXED_ASSETS, 128_000_000),
    (chart.DEPRECIATION_TOTAL, -41_000_000),
    (chart.BANK, 46_000_000),
    (chart.INVENTORY, 52_000_000),
    (chart.LOAN, -55_000_000),
    (chart.CAPITAL, -60_000_000),
)
AS_OF = START - 1


def write_key_accounts(writer: Writer, journal: Journal, people: Customers) -> None:
    """Write what looking after each hand-held customer costs, one entry a customer and month."""
    held = np.flatnonzero(people.archetype == HAND_HELD)
    customer = np.repeat(people.number[held], MONTHS)
    month = np.tile(np.arange(MONTHS, dtype=np.int64), len(held))
    begun = MONTH_END[month] >= np.repeat(people.acquired[held], MONTHS)
    customer, month = customer[begun], month[begun]
    cents = between(keyed(journal.seed, "key account", customer, month), "cost", 18_000, 42_000)
    frame: Frame = {
        "customer": np.repeat(customer, 2),
        "month": np.repeat(month, 2),
        "line_number": np.tile(np.array([1, 2]), len(customer)),
        "posted": np.repeat(MONTH_END[month], 2),
        "cents": np.repeat(cents, 2) * np.tile(np.array([1, -1]), len(customer)),
    }
    writer.part("ledger_entries", _KEY_ACCOUNTS, "csv", entries=frame)


def write_opening(writer: Writer, journal: Journal, seed: int, count: int) -> None:
    """Write the opening balances, open items of 2022, and their payments."""
    people = customers(seed, count, 0, 200)
    chosen = (people.acquired < START) & (people.currency == 0) & (people.archetype <= STEADY)
    numbers = np.flatnonzero(chosen)[:24]
    key = keyed(seed, "opening item", numbers)
    amounts = between(key, "amount", 40_000, 480_000).tolist()
    due = between(key, "due", AS_OF - 20, START + 40).tolist()
    items, payments = [], []
    for place, (number, cents, due_on) in enumerate(
        zip(numbers.tolist(), amounts, due, strict=True)
    ):
        invoice, customer = f"RE-2212-{number + 1:07d}-01-1", naming.customer_id(number)
        items.append((invoice, customer, iso(due_on), money(cents), "EUR"))
        paid = max(due_on, START + 3) + 4 * (place % 5)
        payments.append((invoice.replace("RE", "ZA", 1), customer, iso(paid), money(cents),
                         invoice, "EUR"))  # fmt: skip
        journal.post("RCPT", chart.BANK, np.array([paid]), np.array([cents]))
        journal.post("RCPT", chart.RECEIVABLES, np.array([paid]), np.array([-cents]))
    writer.rows(
        "opening_items.csv",
        ("invoice_id", "customer_id", "due_on", "open_amount", "currency_code"),
        items,
    )
    header = ("payment_id", "customer_id", "paid_on", "amount", "invoice_id", "currency_code")
    writer.rows("payments/opening.csv", header, payments)
    writer.to_parquet("payments/opening.csv", "payments/opening.parquet", _PAYMENT)
    balances = [*_OPENING, (chart.RECEIVABLES, sum(amounts))]
    balances.append((chart.RETAINED, -sum(cents for _, cents in balances)))
    writer.rows(
        "opening_balances.csv",
        ("as_of", "account_id", "amount"),
        [(iso(AS_OF), account, money(cents)) for account, cents in balances],
    )


def write_investments(writer: Writer, journal: Journal, people: Customers) -> None:
    """Place equipment with a few hand-held customers and write it down over three years."""
    rows = []
    for place, number in enumerate(np.flatnonzero(people.archetype == HAND_HELD)[:6].tolist()):
        first = max(int(month_of(people.acquired[number : number + 1])[0]), 0) + 2 + place
        if first >= MONTHS:
            continue
        cents, customer = 360_000 + 36_000 * place, naming.customer_id(number)
        entry_id, paid = f"EQUIP-{number + 1:07d}", int(MONTH_START[first]) + 9
        placed = [
            Posting(chart.CUSTOMER_EQUIPMENT, cents, customer=customer),
            Posting(chart.BANK, -cents),
        ]
        journal.write(entry_id, paid, "Equipment placed with a customer", placed)
        rows.append((customer, iso(paid), money(cents), 36, entry_id, "EUR"))
        for month in range(first, min(first + 36, MONTHS)):
            used = [
                Posting(chart.EQUIPMENT_USE, cents // 36, customer=customer),
                Posting(chart.CUSTOMER_EQUIPMENT, -(cents // 36), customer=customer),
            ]
            journal.write(
                f"{entry_id}-{YEAR_MONTH[month]}", int(MONTH_END[month]), "Depreciation", used
            )
    header = (
        "customer_id",
        "paid_on",
        "amount",
        "useful_life_months",
        "ledger_entry_id",
        "currency_code",
    )
    writer.rows("customer_investments.csv", header, rows)


def write_ledger(writer: Writer, journal: Journal, supplies: list[Supply]) -> None:
    """Write the journal and the supplier documents."""
    rows = (_delivered(line) for line in journal.lines())
    writer.rows("ledger_entries/journal.csv", _HEADER, rows)
    _supplier_documents(writer, supplies)


def _delivered(line: Line) -> tuple[str | int, ...]:
    head = (line.entry_id, line.line_number, iso(line.posted_on), line.account_id)
    known = f"{LATE[line.entry_id]}T18:00:00Z" if line.entry_id in LATE else ""
    return (*head, money(line.cents), *line[5:], known)


def _supplier_documents(writer: Writer, supplies: list[Supply]) -> None:
    rows: list[tuple[str, ...]] = []
    for supply in supplies:
        name = supply.supplier_id
        for month in range(MONTHS):
            cents, stamp = int(supply.billed[month]), YEAR_MONTH[month]
            billed, due = int(MONTH_END[month]), int(MONTH_START[month + 1]) + 19
            bill = f"{name}-{stamp}"
            rows.append((bill, name, "invoice", "", iso(billed), iso(due), money(cents),
                         "EUR", supply.account_id, "", ""))  # fmt: skip
            paid = cents
            if name == "S-GOODS-1" and month == PREPAID_MONTH:
                paid -= PREPAID
                rows.append((f"{bill}-A", name, "prepayment", bill, iso(billed - 11), "",
                             money(PREPAID), "EUR", "", "", ""))  # fmt: skip
            if month + 1 < MONTHS:
                rows.append((f"{bill}-P", name, "payment", bill, iso(due), "", money(paid),
                             "EUR", "", "", ""))  # fmt: skip
    rows.insert(60, ("S-OTHER-DRAFT", "S-OTHER", "pro_forma", "", "2024-02-07", "", "410.00",
                     "EUR", "", "", ""))  # fmt: skip
    header = (
        "document_id",
        "supplier_id",
        "kind",
        "settles_document_id",
        "dated_on",
        "due_on",
        "amount",
        "currency_code",
        "account_id",
        "customer_id",
        "order_id",
    )
    writer.rows("supplier_documents.csv", header, rows)
