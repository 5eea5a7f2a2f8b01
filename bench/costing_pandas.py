"""The calculation of `costing_by_hand.sql` in pandas, from process costs and documents on.

Like `costing_polars`. DuckDB reads the Parquet files, since pandas needs another package for it.
"""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.landing import sql

_POOL = ["process", "month", "category"]
_UNOWNED = 2_000_000_001


def _read(folder: Path, name: str) -> Any:
    return duckdb.sql(f"from {sql.read_parquet(folder / f'{name}.parquet')}").df()


def _work(folder: Path, customers: Any, orders: Any) -> Any:
    """Return the quantity of each process, month and object, numbered in the order of ids."""
    processes = _read(folder, "processes").set_index("driver_id")["process"]
    events = _read(folder, "events")
    with_order = events["order_key"] != 0
    mine = events[~with_order].merge(customers, on="customer_key", how="left")
    mine["object"] = mine["object"].fillna(_UNOWNED + mine["named"]).astype("int64")
    theirs = events[with_order].merge(orders[["order_key", "object"]], on="order_key")
    active = orders[["customer_key", "month"]].drop_duplicates().merge(customers, on="customer_key")
    key = ["process", "month", "object"]
    columns = [*key, "weight"]
    of_customers = pd.concat(
        [
            mine[columns],
            active.assign(process=processes["active_customer_count"], weight=1)[columns],
        ]
    )
    of_orders = pd.concat(
        [
            theirs[columns],
            orders.assign(process=processes["order_count"], weight=1)[columns],
            orders.assign(process=processes["order_line_count"], weight=orders["lines"])[columns],
        ]
    )
    return pd.concat(
        [part.groupby(key, as_index=False)["weight"].sum() for part in (of_customers, of_orders)]
    )


def _charged(folder: Path, work: Any) -> Any:
    """Return the cents of each month, object and level, by exact largest remainder."""
    weights = work.groupby(["process", "month", "weight"], as_index=False).size()
    weights["units"] = weights["weight"] * weights["size"]
    weights["units"] = weights.groupby(["process", "month"])["units"].transform("sum")
    pools = _read(folder, "pools")
    pools = pools[pools["is_actual"] | (pools["capacity"] > 0)]
    classes = pools.merge(weights, on=["process", "month"])
    capacity = classes["capacity"].where(~classes["is_actual"], classes["units"]).astype("int64")
    classes["charged"] = (2 * classes["cents"] * classes["units"] + capacity) // (2 * capacity)
    share = classes["charged"] * classes["weight"]
    classes["floor"] = share // classes["units"]
    classes["remainder"] = share % classes["units"]
    classes["given"] = classes["floor"] * classes["size"]
    left = classes["charged"] - classes.groupby(_POOL)["given"].transform("sum")
    classes["tied"] = classes.groupby([*_POOL, "remainder"])["size"].transform("sum")
    ties = classes.drop_duplicates([*_POOL, "remainder"]).sort_values("remainder", ascending=False)
    ties["before"] = ties.groupby(_POOL)["tied"].cumsum() - ties["tied"]
    classes["left"] = left
    classes = classes.merge(ties[[*_POOL, "remainder", "before"]], on=[*_POOL, "remainder"])
    classes["left"] -= classes["before"]
    classes["cents"] = classes["floor"] + (classes["left"] >= classes["tied"])
    cents = classes.groupby(["process", "month", "weight"], as_index=False)["cents"].sum()
    partial = classes[(classes["left"] > 0) & (classes["left"] < classes["tied"])]
    last = work.merge(
        partial[[*_POOL, "weight", "left"]], on=["process", "month", "weight"]
    ).sort_values("object")
    last = last[last.groupby(_POOL).cumcount() < last["left"]].assign(cents=1)
    columns = ["process", "month", "object", "cents"]
    charged = work.merge(cents, on=["process", "month", "weight"])[columns]
    levels = pools[["process", "is_order"]].drop_duplicates()
    both = pd.concat([charged, last[columns]]).merge(levels, on="process")
    return both.groupby(["month", "object", "is_order"], as_index=False)["cents"].sum()


def contribution_lines(folder: Path) -> Any:
    """Return the customers' lines in cents."""
    customers = _read(folder, "customers").sort_values("customer_id")
    customers["object"] = range(len(customers))
    customers = customers[["customer_key", "object"]]
    orders = _read(folder, "orders").sort_values("order_id")
    orders["object"] = range(len(orders))
    charged = _charged(folder, _work(folder, customers, orders))
    parts = []
    for is_order, owners, line in (
        (False, customers, "customer_processing"),
        (True, orders[["object", "customer_key"]], "order_processing"),
    ):
        costs = charged[charged["is_order"] == is_order].merge(owners, on="object")
        costs = costs[costs["customer_key"] != 0]
        costs = costs.groupby(["customer_key", "month"], as_index=False)["cents"].sum()
        parts.append(costs.assign(line_id=line, cents=-costs["cents"]))
    lines = _read(folder, "lines")
    lines = lines[lines["customer_key"] != 0].astype({"cost_on": "int64"}).sort_values("cost_on")
    prices = _read(folder, "prices").sort_values("valid_from")
    lines = pd.merge_asof(lines, prices, left_on="cost_on", right_on="valid_from", by="product_key")
    for unit, name in (("material", "standard_material"), ("production", "standard_production")):
        cost = lines[unit].fillna(0).astype("int64")
        lines[name] = -((lines["quantity"] * cost + 5_000) // 10_000)
    lines["gross_sales"] = lines["gross"]
    lines["discount"] = -lines["discount"]
    sums = lines.groupby(["customer_key", "month"], as_index=False)[
        ["gross_sales", "discount", "standard_material", "standard_production"]
    ].sum()
    parts.append(sums.melt(["customer_key", "month"], var_name="line_id", value_name="cents"))
    result = pd.concat(parts).rename(columns={"customer_key": "object_key"})
    return result[result["cents"] != 0]


def write(result: Any, path: Path) -> None:
    """Write the result for the comparison."""
    with duckdb.connect() as connection:
        connection.register("result", result)
        connection.execute(f"copy (from result) to {sql.text(path)} (format parquet)")
