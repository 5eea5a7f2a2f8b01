"""What a company's extracts suggest about its assumptions, each to be confirmed by a person.

Reads names, types and sums of the ledger accounts, and the customers' tags. Nothing is decided
here: every proposal carries the reason for which it is made.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.landing.declarations import PLAIN_SYSTEM, System, read_system
from orchestration.landing.files import find_deliveries

_READ = (
    *("ledger_accounts", "ledger_entries", "customer_tags", "orders", "order_costs"),
    *("activity_events", "event_options"),
)
# Words in the names of accounts; the first that occurs decides.
_DEDUCTIONS = (
    (r"cash discount|skonto", "cash_discount"),
    (r"return", "return"),
    (r"rebate|bonus", "rebate"),
)
_COMPANY_LINES = (
    (r"currency|exchange", "currency_result"),
    (r"interest|financ|bank", "financial_result"),
    (r"income tax|profit tax|corporat\w* tax", "income_tax"),
)
_CATEGORIES = (
    (r"wage|salar|payroll|personnel|social", "personnel"),
    (r"depreciation|amorti[sz]ation", "depreciation"),
    (r"advertis|campaign", "advertising"),
    (r"marketing|visit|gift", "marketing"),
    (r"freight|transport|shipping|packag|distribution|fuel", "distribution"),
    (r"material|goods|cogs", "material"),
    (r"production|manufactur", "production"),
    (r"rent|office|telephone|insurance|legal|software|energy|administ", "administration"),
)
_CONTROLLED = (
    (r"back into stock|restock", "restocked_goods"),
    (r"adaptation|customi[sz]", "customization"),
    (r"production|manufactur|assembly", "standard_production"),
    (r"distribution|haulage", "standard_distribution"),
    (r"material|goods|cogs|cost of sales", "standard_material"),
)
_CATEGORY_OF = {
    "restocked_goods": "material",
    "customization": "production",
    "standard_production": "production",
    "standard_distribution": "distribution",
    "standard_material": "material",
}


@dataclass(frozen=True, slots=True)
class Account:
    """A revenue or expense account: its sum, and how much of it names what (absolute amounts)."""

    account_id: str
    name: str
    account_type: str
    amount: str
    named: Mapping[str, float]

    def most_named(self, *columns: str) -> str:
        """Return the first of the columns that more than half of the account names, or ''."""
        return next((column for column in columns if self.named[column] > 0.5), "")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The classification of one account and why."""

    account: Account
    values: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A tag scheme with the values that occur, and its systems, the one with most tags first."""

    name: str
    is_exclusive: bool
    values: tuple[str, ...]
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """All that the extracts suggest."""

    accounts: tuple[Proposal, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    currency: str = ""


def propose(extracts: Path, project_root: Path) -> Proposals:
    """Read the extracts and return what they suggest; a table that is not there suggests nothing.

    Raises ``duckdb.Error`` if a file cannot be read.
    """
    system = read_system(project_root, PLAIN_SYSTEM)
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        for table in _READ:
            _load(connection, system, extracts, table)
        cost_types = _cost_types(connection)
        classified = [
            _revenue(account)
            if account.account_type == "revenue"
            else _expense(account, cost_types)
            for account in _accounts(connection)
        ]
        return Proposals(
            tuple(classified),
            tuple(_schemes(connection)),
            tuple(_options(connection)),
            _currency(connection),
        )


def _load(
    connection: duckdb.DuckDBPyConnection, system: System, extracts: Path, name: str
) -> None:
    """Make a table of text with every column that the contract knows, null where none came."""
    deliveries, _ = find_deliveries([system], extracts)
    delivery = next(one for one in deliveries if one.table.name == name)
    names = [column.name for column in delivery.table.landed_columns]
    selects = [f"select {', '.join(f'null::varchar as {sql.name(n)}' for n in names)} limit 0"]
    for file in delivery.files:
        reader = (
            sql.read_parquet(file.path) if file.format == "parquet" else _lenient_csv(file.path)
        )
        there = {row[0] for row in connection.execute(f"describe from {reader}").fetchall()}
        listed = ", ".join(
            f"{sql.name(n) if n in there else 'null'}::varchar as {sql.name(n)}" for n in names
        )
        selects.append(f"select {listed} from {reader}")
    connection.execute(
        f"create table {sql.name(name)} as " + " union all ".join(f"({s})" for s in selects)
    )


def _lenient_csv(path: Path) -> str:
    """Return the table function that reads a CSV as text; a row that it cannot read is left out.

    What is wrong with such a row is for landing to say.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        header = next(csv.reader(stream), [])
    types = ", ".join(f"{sql.text(column)}: 'VARCHAR'" for column in header)
    return (
        f"read_csv({sql.text(path)}, auto_detect = false, header = false, skip = 1, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', ignore_errors = true, strict_mode = false, "
        f"parallel = false, columns = {{{types}}})"
    )


_NAMED = ("cost_center_id", "order_id", "product_id", "customer_id", "segment_id")


def _accounts(connection: duckdb.DuckDBPyConnection) -> list[Account]:
    shares = ", ".join(
        f"coalesce(sum(abs(amount)) filter (where {column} <> ''), 0) "
        "/ greatest(sum(abs(amount)), 0.01)"
        for column in _NAMED
    )
    rows = connection.execute(
        "with entries as (select * replace (coalesce(try_cast(amount as decimal(18, 2)), 0) "
        "as amount) from ledger_entries) "
        "select accounts.account_id, any_value(account_name), any_value(account_type), "
        f"coalesce(sum(amount), 0), {shares} from ledger_accounts as accounts "
        "left join entries on accounts.account_id = entries.account_id "
        "where account_type in ('revenue', 'expense') and accounts.account_id is not null "
        "group by accounts.account_id order by accounts.account_id"
    ).fetchall()
    return [
        Account(
            account_id,
            name or "",
            account_type,
            str(amount),
            {column: float(share or 0) for column, share in zip(_NAMED, named, strict=True)},
        )
        for account_id, name, account_type, amount, *named in rows
    ]


def _cost_types(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return the types of order costs, as words to look for and as a control component."""
    rows = connection.execute(
        "select distinct cost_type from order_costs where cost_type <> '' order by 1"
    ).fetchall()
    return [(re.escape(kind.replace("_", " ").lower()), f"order_cost:{kind}") for (kind,) in rows]


def _revenue(account: Account) -> Proposal:
    if line := _first(_COMPANY_LINES, account.name, ""):
        return _company(account, line, "revenue that is called so")
    if float(account.amount) <= 0:
        component, reason = "gross_sales", "revenue in credit; the orders say whose it is"
    else:
        component = _first(_DEDUCTIONS, account.name, "discount")
        reason = "revenue in debit: a deduction; the documents say whose it is"
    if component == "rebate":
        return _rebate(account)
    return Proposal(
        account, {"cost_nature": "controlled", "control_component": component}, reason
    )


def _rebate(account: Account) -> Proposal:
    """Return a rebate as direct: no table delivers rebates, so that only its entries know whose."""
    reason = "a rebate, which no document delivers; "
    # The customer of an order that an entry names will do.
    if account.most_named("customer_id", "order_id"):
        reason += "its entries name the customer"
    else:
        reason += "its entries do not name the customer: name it on them, or it stays unassigned"
    return Proposal(
        account,
        {"cost_nature": "direct", "statement_line_id": "rebate", "object_level": "customer"},
        reason,
    )


def _expense(account: Account, cost_types: Iterable[tuple[str, str]]) -> Proposal:
    category = _first(_CATEGORIES, account.name, "other")
    named = account.most_named(*_NAMED)
    component = _first((*cost_types, *_CONTROLLED), account.name, "")
    kind = {"cost_category": category}
    if category == "depreciation":
        kind["is_cash_effective"] = "false"
    if named == "cost_center_id":
        return Proposal(account, {"cost_nature": "pool", **kind}, "names cost centres")
    if component and named in ("", "order_id", "product_id"):
        return Proposal(
            account,
            {
                "cost_nature": "controlled",
                "control_component": component,
                "cost_category": _CATEGORY_OF.get(component, category),
            },
            "called so, and names no cost centre; the documents say whose it is",
        )
    if named:
        level = named.removesuffix("_id")
        line = "segment_cost" if level == "segment" else f"direct_{level}_cost"
        return Proposal(
            account,
            {
                "cost_nature": "direct",
                "statement_line_id": line,
                "object_level": level,
                **kind,
            },
            f"its entries name the {level}, and no cost centre",
        )
    line = _first(_COMPANY_LINES, account.name, "company_cost")
    return _company(account, line, "names neither a cost centre nor an owner")


def _company(account: Account, line: str, reason: str) -> Proposal:
    return Proposal(account, {"cost_nature": "company", "statement_line_id": line}, reason)


def _first(words: Iterable[tuple[str, str]], name: str, otherwise: str) -> str:
    return next((value for word, value in words if re.search(word, name.lower())), otherwise)


def _schemes(connection: duckdb.DuckDBPyConnection) -> Iterable[Scheme]:
    """Yield the schemes; of spellings that differ in case and blanks only, the most frequent."""
    connection.execute(
        "create temp table tags as select *, lower(trim(tag_value)) as spelling, "
        "try_cast(valid_from as date) as starts_on, try_cast(valid_to as date) as ends_on "
        "from customer_tags where tag_scheme <> '' and tag_value <> ''"
    )
    overlapping = {
        row[0]
        for row in connection.execute(
            "select distinct one.tag_scheme from tags as one inner join tags as other "
            "using (source_system, customer_id, tag_scheme) "
            "where one.spelling <> other.spelling and one.starts_on <= other.starts_on "
            "and (one.ends_on is null or one.ends_on > other.starts_on) "
            "and (one.starts_on = other.starts_on or one.ends_on is not null)"
        ).fetchall()
    }
    names = connection.execute("select distinct tag_scheme from tags order by 1").fetchall()
    for (name,) in names:
        values = connection.execute(
            "select arg_max(tag_value, (uses, tag_value)) from (select spelling, tag_value, "
            f"count(*) as uses from tags where tag_scheme = {sql.text(name)} group by all) "
            "group by spelling order by 1"
        ).fetchall()
        systems = connection.execute(
            f"select source_system from tags where tag_scheme = {sql.text(name)} "
            "and source_system <> '' group by source_system order by count(*) desc, source_system"
        ).fetchall()
        yield Scheme(
            name,
            name not in overlapping,
            tuple(value for (value,) in values),
            tuple(system for (system,) in systems),
        )


def _options(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return each driver whose events have options, with each of its options."""
    rows = connection.execute(
        "select distinct driver_id, option_id from event_options inner join activity_events "
        "using (event_id) where driver_id <> '' and option_id <> '' order by all"
    ).fetchall()
    return [(str(driver), str(option)) for driver, option in rows]


def _currency(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute(
        "select currency_code from orders where regexp_matches(currency_code, '^[A-Z]{3}$') "
        "group by 1 order by count(*) desc, 1 limit 1"
    ).fetchone()
    return str(row[0]) if row else ""
