"""The one allocation of the project at its extremes, thousands of pools in one statement.

The pools go straight into `int_costing__processes_allocated`, `allocate()` and little else.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from tests.oracle.choices import Dice, Seeded
from tests.oracle.company import Row, write_rows
from tests.oracle.conftest import Compiled
from tests.oracle.exact import Object
from tests.oracle.pools import charge
from tests.oracle.workshop import run_step

MONTH = date(2024, 1, 1)
POOLS = "intermediate.int_costing__process_pools"
QUANTITIES = "intermediate.int_costing__process_receivers"
RESULT = "intermediate.int_costing__processes_allocated"
IDS = ("a", "Z", "é", "b1", "B1", "10", "9", "ü", "zz", "ÿ")
LARGEST = 10**14  # cents


@pytest.fixture
def warehouse(project: Compiled) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a database with the inputs of the allocation, empty."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            f"""
            create table {POOLS} (
                month date, process_id varchar, driver_id varchar, charging_rate_basis varchar,
                cost_category varchar, is_cash_effective boolean, is_fed boolean,
                is_idle boolean,
                practical_capacity_quantity decimal(18, 4), standard_cost_rate decimal(17, 8),
                amount decimal(18, 2), chargeable_amount decimal(18, 2),
                standard_charged_amount decimal(18, 2), spending_variance_amount decimal(18, 2)
            )
            """
        )
        connection.execute(
            f"""
            create table {QUANTITIES} (
                month date, process_id varchar, receiver_type varchar, receiver_id varchar,
                receiver_key bigint, quantity decimal(18, 4)
            )
            """
        )
        yield connection


def allocate(connection: duckdb.DuckDBPyConnection, project: Compiled) -> None:
    step = next(step for step in project.steps if step.relation == RESULT)
    run_step(connection, step, Path())


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], path: Path) -> None:
    write_rows(path, rows)
    connection.execute(
        f"insert into {table} by name select * from read_csv(?, header = true, all_varchar = true)",
        [str(path)],
    )


def pool_row(
    name: str, amount: Fraction, basis: str, capacity: Fraction, is_idle: bool = False
) -> Row:
    return {
        "month": MONTH.isoformat(),
        "process_id": name,
        "driver_id": "work",
        "charging_rate_basis": basis,
        "cost_category": "other",
        "is_cash_effective": "true",
        "is_fed": "true",
        "is_idle": str(is_idle).lower(),
        "practical_capacity_quantity": shown(capacity, 4),
        "amount": shown(amount, 2),
        "chargeable_amount": shown(amount, 2),
        "spending_variance_amount": "0",
    }


def shown(value: Fraction, places: int) -> str:
    scaled = value * 10**places
    assert scaled.denominator == 1
    return f"{Decimal(scaled.numerator).scaleb(-places):f}"


def random_pool(dice: Dice) -> tuple[Fraction, bool, Fraction, dict[Object, Fraction]]:
    """Return amount, whether it charges at actual, capacity and the receivers' quantities."""
    greatest = dice.pick((3, 100, 10**6, LARGEST))
    amount = Fraction(dice.integer(1, greatest), 100) * dice.pick((1, 1, -1))
    unit = dice.pick((1, 10**4, 10**9, 10**12))
    sign = dice.weighted(((6, 1), (1, -1), (1, 0)))
    is_tied = dice.chance(40)
    counted: dict[Object, Fraction] = {}
    for name in IDS[: dice.integer(0, len(IDS))]:
        quantity = Fraction(unit if is_tied else dice.integer(0, 9 * unit), 10**4)
        signed = quantity * (sign or dice.pick((1, -1)))
        counted[dice.pick(("order", "customer")), name] = signed
    total = abs(sum(counted.values(), Fraction()))
    half = Fraction(int(total * 10**4 / 2) + 1, 10**4)
    capacity = dice.pick((Fraction(), total, half, total * 3, Fraction(10**8)))
    return amount, dice.chance(30), capacity, counted


def test_pools_of_every_kind(
    warehouse: duckdb.DuckDBPyConnection, project: Compiled, tmp_path: Path
) -> None:
    dice = Dice(Seeded(1))
    expected: dict[tuple[str, str, str], Fraction] = {}
    pools: list[Row] = []
    quantities: list[Row] = []
    for number in range(3000):
        name = f"P{number:04d}"
        amount, is_actual, capacity, counted = random_pool(dice)
        basis = "actual" if is_actual else "capacity"
        is_idle = capacity > 0 and not any(counted.values())
        pools.append(pool_row(name, amount, basis, capacity, is_idle))
        for (level, receiver), quantity in counted.items():
            row = {"month": MONTH.isoformat(), "process_id": name, "receiver_type": level}
            row |= {"receiver_id": receiver, "receiver_key": str(hash(receiver) % 1000)}
            quantities.append(row | {"quantity": shown(quantity, 4)})
        for found_receiver, part, _ in charge(amount, is_actual, capacity, True, counted):
            if part:
                expected[name, *found_receiver] = part
    fill(warehouse, POOLS, pools, tmp_path / "pools.csv")
    fill(warehouse, QUANTITIES, quantities, tmp_path / "quantities.csv")
    allocate(warehouse, project)
    found = warehouse.execute(
        f"select pool_id, receiver_type, receiver_id, amount from {RESULT} where amount <> 0"
    ).fetchall()
    assert {tuple(key): Fraction(amount) for *key, amount in found} == expected


def test_a_million_receivers(
    warehouse: duckdb.DuckDBPyConnection, project: Compiled, tmp_path: Path
) -> None:
    """The weights repeat, so that remainders tie by the ten thousand; ids decide."""
    many = 1_000_000
    amount = Fraction("-1000000000000.01")
    fill(warehouse, POOLS, [pool_row("P", amount, "actual", Fraction())], tmp_path / "pools.csv")
    warehouse.execute(
        f"""
        insert into {QUANTITIES}
        select '2024-01-01', 'P', 'order', 'o' || n.id, hash(n.id) % 1000000007,
            cast((n.id * 7919) % 97 + 1 as decimal(18, 4)) / 8
        from range({many}) as n(id)
        """
    )
    allocate(warehouse, project)
    found = warehouse.execute(
        f"select receiver_id, cast(amount * 100 as bigint) from {RESULT} where amount <> 0"
    ).fetchall()
    assert dict(found) == _shared_out(int(amount * 100), many)


def _shared_out(cents: int, many: int) -> dict[str, int]:
    """Share cents out by largest remainder, in whole numbers: fractions would take minutes."""
    weights = [number * 7919 % 97 + 1 for number in range(many)]
    total = sum(weights)
    shares = [abs(cents) * weight // total for weight in weights]
    remainders = [abs(cents) * weight % total for weight in weights]
    names = [f"o{number}" for number in range(many)]
    in_order = sorted(range(many), key=lambda at: (-remainders[at], names[at]))
    for at in in_order[: abs(cents) - sum(shares)]:
        shares[at] += 1
    sign = 1 if cents > 0 else -1
    return {name: sign * share for name, share in zip(names, shares, strict=True) if share}
