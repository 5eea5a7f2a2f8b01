"""A synthetic company of any size: its landed extracts as Parquet, and its assumptions.

N order lines in N / 3 orders, 3 N activity events, 36 months, and about 0.43 N months of customers
with something to show. Fifteen processes with one driver each in five cost centres, which a sixth
one serves. Everything follows from the number of a row by arithmetic, so that every machine makes
the same company. What is missing in it is meant to be: orders and events without a customer or of
an unknown one, a product without standard cost, a process without capacity.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.landing.declarations import PLAIN_SYSTEM, Table, read_seeds, read_system

COMPANY = "bench"
DAYS = 1096
MONTHS = 36
PRODUCTS = 500
CENTERS = 5
CUSTOMER_DRIVERS = 10
STARTED = "2023-01-01"
_MAX_ROWS = 500_000_000


def _mixed(number: str, salt: int) -> str:
    """Return a whole number below 2^24 that looks unlike the number it comes from."""
    return f"((({number}) + {salt}) * 2654435761 % 4294967296 // 256)"


def _order_id(number: str) -> str:
    return f"'O' || lpad(cast({number} as varchar), 9, '0')"


def _customer_id(number: str) -> str:
    return f"'C' || lpad(cast({number} as varchar), 9, '0')"


def _ordered_on(number: str) -> str:
    return f"date '{STARTED}' + cast({_mixed(number, 5)} % {DAYS} as integer)"


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the company with its driver and what it can do in a month."""

    number: int
    level: str
    driver: str
    derived_from: str
    basis: str
    capacity: int

    @property
    def name(self) -> str:
        """Return the id of the process."""
        return f"process_{self.number:02}"

    @property
    def center(self) -> str:
        """Return the cost centre that does its work."""
        return f"center_{(self.number - 1) % CENTERS + 1}"

    @property
    def activity(self) -> str:
        """Return the one activity that it consists of."""
        return f"activity_{self.number:02}"


def processes(rows: int) -> list[Process]:
    """Return the fifteen processes; capacity is about a quarter above a month's work."""
    month = 3 * rows / MONTHS
    events = 0.8 * month / CUSTOMER_DRIVERS
    found = []
    for number in range(1, CUSTOMER_DRIVERS + 1):
        capacity = int(events * (1.25 if number <= 5 else 1.25 * 15.5)) + 1
        found.append(
            Process(
                number,
                "customer",
                f"event_{number:02}",
                "",
                "actual" if number in (2, 7) else "capacity",
                0 if number == 10 else capacity,
            )
        )
    for number in (11, 12):
        basis = "actual" if number == 12 else "capacity"
        found.append(
            Process(number, "order", f"event_{number:02}", "", basis, int(0.125 * month) + 1)
        )
    orders = rows / 3 / MONTHS
    for number, level, driver, quantity in (
        (13, "order", "order_count", orders),
        (14, "order", "order_line_count", 3 * orders),
        (15, "customer", "active_customer_count", orders),
    ):
        found.append(Process(number, level, driver, driver, "capacity", int(1.25 * quantity) + 1))
    return found


def customer_count(rows: int) -> int:
    """Return how many customers there are: a hundred, and more the larger the company is."""
    return max(100, rows * 43 // 100 // MONTHS)


def _large_tables(rows: int) -> Iterator[tuple[str, str]]:
    """Yield the tables that grow with the company: a name and a query of its columns."""
    orders, customers = max(rows // 3, 1), customer_count(rows)
    yield (
        "customers",
        f"select {_customer_id('id')} as customer_id, 'DE' as country_code, "
        "'EUR' as currency_code, date '2022-06-01' + cast(id % 500 as integer) as acquired_on "
        f"from range({customers}) as numbers(id)",
    )
    yield (
        "orders",
        f"select {_order_id('id')} as order_id, case id % 1000 when 7 then 'C-unknown' "
        f"when 17 then null else {_customer_id(_mixed('id', 11) + f' % {customers}')} end "
        f"as customer_id, {_ordered_on('id')} as ordered_on, 'EUR' as currency_code "
        f"from range({orders}) as numbers(id)",
    )
    gross = f"1000 + {_mixed('id', 17)} % 50000"
    yield (
        "order_lines",
        f"select {_order_id(f'least(id // 3, {orders - 1})')} as order_id, "
        f"id - 3 * least(id // 3, {orders - 1}) + 1 as line_number, "
        f"'P' || lpad(cast({_mixed('id', 23)} % {PRODUCTS} as varchar), 4, '0') as product_id, "
        f"cast(1 + {_mixed('id', 29)} % 17 as decimal(18, 4)) as quantity, "
        f"cast(({gross}) * 0.01 as decimal(18, 2)) as gross_amount, "
        f"cast(case when id % 4 = 0 then ({gross}) // 13 else 0 end * 0.01 as decimal(18, 2)) "
        "as discount_amount, "
        f"cast(({gross}) // 5 * 0.01 as decimal(18, 2)) as tax_amount "
        f"from range({rows}) as numbers(id)",
    )
    order = f"({_mixed('id', 31)} * 251 + id) % {orders}"
    customer = f"({_mixed('id', 47)} * 251 + id) % {customers}"
    driver = f"1 + {_mixed('id', 37)} % {CUSTOMER_DRIVERS}"
    yield (
        "activity_events",
        "select 'E' || lpad(cast(id as varchar), 10, '0') as event_id, "
        "'event_' || lpad(cast(driver as varchar), 2, '0') as driver_id, "
        f"case when driver <= {CUSTOMER_DRIVERS} then date '{STARTED}' "
        f"+ cast({_mixed('id', 41)} % {DAYS} as integer) "
        f"else {_ordered_on('order_number')} end as occurred_on, "
        f"cast(case when driver <= 5 or driver > {CUSTOMER_DRIVERS} then 1 "
        f"else 1 + {_mixed('id', 43)} % 30 end as decimal(18, 4)) as quantity, "
        f"case when driver > {CUSTOMER_DRIVERS} or id % 1000 = 17 then null "
        "when id % 1000 = 7 then 'C-unknown' "
        f"else {_customer_id(customer)} end "
        "as customer_id, "
        f"case when driver > {CUSTOMER_DRIVERS} then {_order_id('order_number')} end as order_id "
        f"from (select id, {order} as order_number, case when id % 10 < 8 then {driver} "
        f"else 11 + id % 2 end as driver from range({3 * rows}) as numbers(id)) as numbered",
    )


def _small_tables(rows: int) -> Iterator[tuple[str, str]]:
    """Yield the tables that do not: products, and books of eleven accounts."""
    yield (
        "products",
        "select 'P' || lpad(cast(id as varchar), 4, '0') as product_id, "
        "'Product ' || id as product_name, 'all' as product_category "
        f"from range({PRODUCTS}) as numbers(id)",
    )
    yield (
        "product_costs",
        "select 'P' || lpad(cast(id as varchar), 4, '0') as product_id, valid_from, "
        "cast((300 + id * 37 % 900 + step * 11) * 0.001234 as decimal(18, 6)) "
        "as standard_material_cost, "
        "cast((100 + id * 41 % 300 + step * 7) * 0.001017 as decimal(18, 6)) "
        "as standard_production_cost "
        f"from range({PRODUCTS - 1}) as numbers(id), "
        "(values (date '2022-01-01', 0), (date '2024-07-01', 1)) as prices(valid_from, step)",
    )
    yield (
        "cost_centers",
        "select 'house' as cost_center_id, 'House' as cost_center_name, 'service' as kind "
        "union all select 'center_' || id, 'Centre ' || id, 'operating' "
        f"from range(1, {CENTERS + 1}) as numbers(id)",
    )
    yield (
        "ledger_accounts",
        "select account_id, account_id as account_name, account_type, is_cash from (values "
        "('1000', 'asset', true), ('4000', 'revenue', false), ('4100', 'revenue', false), "
        "('5000', 'expense', false), ('5100', 'expense', false), ('6000', 'expense', false), "
        "('6100', 'expense', false), ('6200', 'expense', false), ('7000', 'expense', false)) "
        "as accounts(account_id, account_type, is_cash)",
    )
    cents = rows * 100 // MONTHS
    yield (
        "ledger_entries",
        f"""
        with months as (
            select id as number, cast(date '{STARTED}' + id * interval 1 month as date) as month
            from range({MONTHS}) as numbers(id)
        ),
        bookings as (
            select number, month, account_id, null as cost_center_id,
                cast({cents} as bigint) * tenths // 10 as cents
            from months, (values
                ('4000', -2600), ('4100', 50), ('5000', 80), ('5100', 22), ('7000', 3)
            ) as controlled(account_id, tenths)
            union all
            select number, month, account_id, center,
                cast({cents} as bigint) * weight // 10 + number * 1013 + weight * 17
            from months, (values
                ('house', 3), ('center_1', 7), ('center_2', 5), ('center_3', 6), ('center_4', 8),
                ('center_5', 4)
            ) as centers(center, weight), (values ('6000'), ('6100')) as accounts(account_id)
            union all
            select number, month, '6200', 'center_5',
                cast({cents} as bigint) * 2 // 10 + number * 307
            from months
        ),
        balanced as (
            from bookings
            union all
            select number, month, '1000', null, -sum(cents) from bookings group by number, month
        )
        select
            'M' || number as entry_id,
            row_number() over (
                partition by number order by account_id, cost_center_id nulls last
            ) as line_number,
            last_day(month) as posted_on,
            account_id,
            cast(cents * 0.01 as decimal(18, 2)) as amount,
            cost_center_id
        from balanced
        """,
    )


def write_landing(folder: Path, rows: int, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the landed tables of the company below ``folder``, as landing would."""
    if not 0 < rows <= _MAX_ROWS:
        raise ValueError(f"order lines: 1 to {_MAX_ROWS}, not {rows}")
    root = Path(__file__).parents[1]
    queries = dict((*_large_tables(rows), *_small_tables(rows)))
    for table in read_system(root, PLAIN_SYSTEM).tables:
        place = folder / PLAIN_SYSTEM / table.name
        place.mkdir(parents=True)
        connection.execute(
            f"copy ({_landed(table, queries.get(table.name))}) "
            f"to {sql.text(place / 'part-0.parquet')} (format parquet)"
        )


def _landed(table: Table, query: str | None) -> str:
    """Return a query of all landed columns of a table; those that nobody fills are null."""
    names = duckdb.sql(query).columns if query else []
    unknown = set(names) - {column.name for column in table.landed_columns}
    if unknown:
        raise ValueError(f"{table.name} has no {', '.join(sorted(unknown))}")
    columns = ", ".join(
        f"cast({sql.name(column.name) if column.name in names else 'null'} as {column.sql_type}) "
        f"as {sql.name(column.name)}"
        for column in table.landed_columns
    )
    return f"select {columns} from ({query})" if query else f"select {columns} where false"


def write_assumptions(folder: Path, rows: int) -> None:
    """Write the seeds of the company; the others have their header only."""
    made = processes(rows)
    contents: dict[str, list[str]] = {
        "company_settings": ["functional_currency,EUR"],
        "account_classification": [
            "1000,,none,,,,,,,",
            "4000,,controlled,gross_sales,,,,,,",
            "4100,,controlled,discount,,,,,,",
            "5000,,controlled,standard_material,,material,true,,,",
            "5100,,controlled,standard_production,,production,true,,,",
            "6000,,pool,,,personnel,true,,,",
            "6100,,pool,,,personnel,true,,,",
            "6200,,pool,,,administration,true,,,",
            "7000,financial_result,company,,,other,true,,,",
        ],
        "service_allocations": [
            f"house,center_{number},{number},2023-01-01" for number in range(1, CENTERS + 1)
        ],
        "activities": [
            *(
                f"{process.activity},{process.activity},{process.center},induced,0.3,2023-01-01"
                for process in made
            ),
            *(
                f"lead_{number},Lead {number},center_{number},neutral,0.1,2023-01-01"
                for number in range(1, CENTERS + 1)
            ),
        ],
        "processes": [
            f"{process.name},{process.name},{process.level},{process.driver},{process.basis},company"
            for process in made
        ],
        "activity_processes": [
            f"{process.activity},{process.name},1,2023-01-01" for process in made
        ],
        "process_capacities": [
            f"{process.name},2023-01-01,{process.capacity}," for process in made if process.capacity
        ],
        "derived_drivers": [
            f"{process.driver},{process.derived_from}" for process in made if process.derived_from
        ],
    }
    root = Path(__file__).parents[1]
    folder.mkdir(parents=True, exist_ok=True)
    for seed in read_seeds(root):
        header = ",".join(column.name for column in seed.columns)
        lines = [header, *contents.get(seed.name, [])]
        (folder / f"{seed.name}.csv").write_text("\n".join(lines) + "\n")
