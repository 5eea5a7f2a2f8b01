"""Files typed by hand: the records that can't be read, duplicates, corrections, lost references.

Each table has its file `manual.csv` beside the parts of the systems. What is spoiled, and how, is
also written to the ground truth. Amounts of spoiled order costs are in the ledger all the same.
"""

from typing import NamedTuple

import numpy as np

from demo import chart, naming, tables
from demo.frames import Frame
from demo.incidents import REJECTED_LINE, SUPERSEDED_LINE, order_id
from demo.journal import Journal
from demo.timeline import day, month_number
from demo.writing import Writer


class Record(NamedTuple):
    """One record as bytes; `note` says a rejection reason, `repeated` or `superseded`."""

    content: bytes
    note: str = ""


_COSTS_HEADER = "order_id,line_number,cost_type,incurred_on,amount,currency_code"
_EVENTS_HEADER = (
    "event_id,driver_id,occurred_on,quantity,customer_id,order_id,order_line_number,"
    "product_id,recorded_at"
)
_TAGS_HEADER = "source_system,customer_id,tag_scheme,tag_value,valid_from,valid_to"


def write_manual_records(writer: Writer, journal: Journal, lines: Frame) -> None:
    """Write the manual files and say in the truth what is wrong with them."""
    records = {
        "order_lines": _order_lines(writer, lines),
        "order_costs": _order_costs(journal),
        "activity_events": _events(),
        "customer_tags": _tags(),
    }
    headers = {
        "order_costs": _COSTS_HEADER,
        "activity_events": _EVENTS_HEADER,
        "customer_tags": _TAGS_HEADER,
    }
    truth: list[tuple[str, str, int, str]] = [
        ("fx_rates", "fx_rates.csv", 701, "value_not_allowed"),
        ("supplier_documents", "supplier_documents.csv", 61, "value_not_allowed"),
    ]
    for table, rows in records.items():
        label = f"{table}/manual.csv"
        if table in headers:
            rows.insert(0, Record(headers[table].encode()))
        content = b"".join(record.content + b"\n" for record in rows)
        (writer.folder / label).write_bytes(content)
        truth += [(table, label, n, record.note) for n, record in enumerate(rows) if record.note]
    writer.rows(
        "../truth/spoiled_rows.csv", ("table_name", "file_name", "record_number", "note"), truth
    )


def _order_lines(writer: Writer, lines: Frame) -> list[Record]:
    """Take the written lines of the orders made by hand; repeat, contradict and correct some."""
    label = "order_lines/manual.csv"
    writer.file(label, tables.ORDER_LINES, lines=lines)
    rows = (writer.folder / label).read_bytes().splitlines()
    records = [Record(row) for row in rows]
    own = {
        (int(order), int(number)): place + 1
        for place, (order, number) in enumerate(zip(lines["order"], lines["number"], strict=True))
    }
    rejected, superseded = own[REJECTED_LINE], own[SUPERSEDED_LINE]
    records[rejected] = Record(rows[rejected], "conflicting_duplicate")
    records.append(Record(_other_quantity(rows[rejected]), "conflicting_duplicate"))
    records.append(Record(_without_discount(rows[superseded]), "superseded"))
    records.append(Record(rows[1], "repeated"))
    return records


def _other_quantity(row: bytes) -> bytes:
    fields = row.split(b",")
    fields[3] = b"90.0000"
    return b",".join(fields)


def _without_discount(row: bytes) -> bytes:
    fields = row.split(b",")
    fields[5] = b"0.00"
    fields[-1] = fields[-1].replace(b"T18", b"T08")
    return b",".join(fields)


def _order_costs(journal: Journal) -> list[Record]:
    """Extra packaging and freight; half of the records are unreadable, the ledger has them all."""
    good, bad = [order_id(n) for n in (2, 3, 5, 6, 9, 10)], [order_id(n) for n in (0, 1, 7, 8, 9)]
    records = [Record(f"{name},,packaging,2025-06-1{n},23.7{n},EUR".encode())
               for n, name in enumerate(good)]  # fmt: skip
    lost = naming.order_id(month_number("2024-04-01"), 0, 97)
    amounts = [("2025-06-30", chart.PACKAGING, 2370 + n) for n in range(len(good))]
    amounts.append(("2024-04-23", chart.FREIGHT, 8500))
    records.insert(3, Record(f"{lost},,freight,2024-04-23,85.00,EUR".encode()))
    spoiled = (
        ("wrong_field_count", f"{bad[0]},,freight,2023-05-15,31.20", 3120),
        ("nul_byte", f"{bad[1]},,frei\0ght,2024-03-15,18.40,EUR", 1840),
        ("missing_required", f"{bad[2]},,freight,,22.10,EUR", 2210),
        ("invalid_value", f'{bad[3]},,freight,2025-06-27,"12,50",EUR', 1250),
        ("too_many_decimals", f"{bad[4]},,freight,2023-10-16,12.345,EUR", 1235),
        ("out_of_range", f"{bad[0]},,freight,2023-05-16,99999999999999999999.00,EUR", 2700),
        ("invalid_value", f"{bad[1]},,freight,2024-02-30,14.90,EUR", 1490),
    )
    for place, (reason, text, _) in enumerate(spoiled):
        records.insert(2 + 2 * place, Record(text.encode(), reason))
    records.append(Record(records[0].content, "repeated"))
    dates = ("2023-05-15", "2024-03-15", "2024-03-29", "2025-06-27", "2023-10-16", "2023-05-16",
             "2024-03-01")  # fmt: skip
    amounts += [(on, chart.FREIGHT, row[2]) for on, row in zip(dates, spoiled, strict=True)]
    for on, account, cents in amounts:
        journal.post("ORD", account, np.array([day(on)]), np.array([cents]))
        journal.post("ORD", chart.PAYABLES, np.array([day(on)]), np.array([-cents]))
    return records


def _event(
    number: int, driver: str, on: str, quantity: int, customer: str = "", order: str = "",
    product: str = "", hour: int = 20,
) -> bytes:  # fmt: skip
    text = f"EV-M-{number:04d},{driver},{on},{quantity}.0000,{customer},{order},,{product}"
    return f"{text},{on}T{hour}:00:00Z".encode()


def _events() -> list[Record]:
    lost = naming.order_id(month_number("2024-04-01"), 0, 97)
    held, loyal, steady = (naming.customer_id(n) for n in (20, 3, 6))
    conflict = "conflicting_duplicate"
    quote = _event(12, "customer_visits", "2024-06-04", 1, '"' + held)
    return [
        Record(_event(1, "customer_visits", "2024-03-19", 1, "C9999999")),
        Record(_event(2, "rush_shipments", "2024-04-18", 1, order=lost)),
        Record(_event(3, "product_listings", "2024-10-22", 1, product="P99999")),
        Record(_event(4, "customer_visits", "2023-07-11", 1)),
        Record(_event(5, "training_sessions", "2024-05-15", -2, steady)),
        Record(_event(6, "training_sessions", "2024-02-14", 1, loyal)),
        Record(_event(7, "customer_visits", "2025-01-15", 1, held), conflict),
        Record(quote, "malformed_quote"),
        Record(_event(8, "training_sessions", "2024-02-21", -1, loyal)),
        Record(_event(9, "customer_visits", "2025-02-18", 3, held, hour=10), "superseded"),
        Record(_event(9, "customer_visits", "2025-02-18", 2, held, hour=20)),
        Record(_event(10, "customer_visits", "2024-13-09", 1, held), "invalid_value"),
        Record(_event(13, "customer_visits", "0224-10-08", 1, held), "implausible_date"),
        Record(_event(7, "customer_visits", "2025-01-15", 2, held), conflict),
        Record(_event(11, "customer_visits", "2025-03-05", 1, held) + b",2", "wrong_field_count"),
        Record(_event(1, "customer_visits", "2024-03-19", 1, "C9999999"), "repeated"),
    ]


def _tags() -> list[Record]:
    held, loyal = naming.customer_id(20), naming.customer_id(3)
    rows = [
        (f"desk,{held},interest,automation,2024-01-15,", ""),
        (f"desk,{loyal},interest,leasing,2024-01-15,", ""),
        (f"crm,{loyal},interest,,2024-02-01,", "missing_required"),
        (f"desk,{held},interest,training,2024-03-01,", ""),
        (f'crm,{loyal},interest,"trai,2024-02-01,', "malformed_quote"),
        (f"desk,{held},interest,automation,2024-01-15,", "repeated"),
        (f"desk,{loyal},interest,training,2024-03-01,", ""),
    ]
    records = [Record(text.encode(), note) for text, note in rows]
    encoded = f"crm,{loyal},interest,w\xe4rme,2024-02-01,".encode("latin-1")
    records.insert(3, Record(encoded, "invalid_encoding"))
    return records
