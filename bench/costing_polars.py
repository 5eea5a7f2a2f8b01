"""The calculation of `costing_by_hand.sql` in polars, from process costs and documents on.

Whole cents and quantities throughout, the same exact rounding. It is given what the raw SQL works
out for itself: the costs of processes, keys of processes, months as numbers.
"""

from pathlib import Path
from typing import Any

import polars as pl

_POOL = ["process", "month", "category"]
_UNOWNED = 2_000_000_001


def _amount(unit_cost: str) -> pl.Expr:
    """Return quantity x unit cost in cents, rounded once, half away from zero; both positive."""
    return (pl.col("quantity") * pl.col(unit_cost).fill_null(0) + 5_000) // 10_000


def _work(folder: Path) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
    """Return customers and orders with numbers in the order of their ids, and their work."""
    customers = pl.scan_parquet(folder / "customers.parquet").sort("customer_id")
    customers = customers.with_row_index("object").cast({"object": pl.Int64})
    orders = pl.scan_parquet(folder / "orders.parquet").sort("order_id")
    orders = orders.with_row_index("object").cast({"object": pl.Int64})
    events = pl.scan_parquet(folder / "events.parquet")
    processes = pl.scan_parquet(folder / "processes.parquet")

    def derived(documents: pl.LazyFrame, driver: str, weight: pl.Expr) -> pl.LazyFrame:
        process = processes.filter(pl.col("driver_id") == driver).select("process")
        return documents.join(process, how="cross").select(
            "process", "month", "object", weight.cast(pl.Int64).alias("weight")
        )

    of_customers = (
        events.filter(pl.col("order_key") == 0)
        .join(customers, on="customer_key", how="left")
        .select(
            "process", "month", pl.col("object").fill_null(_UNOWNED + pl.col("named")), "weight"
        )
    )
    active = (
        orders.select("customer_key", "month")
        .unique()
        .join(customers, on="customer_key")
        .select("month", "object")
    )
    of_orders = events.join(orders, on="order_key").select("process", "month", "object", "weight")
    key = ["process", "month", "object"]
    work = pl.concat(
        [
            pl.concat([of_customers, derived(active, "active_customer_count", pl.lit(1))])
            .group_by(key)
            .agg(pl.col("weight").sum()),
            pl.concat(
                [
                    of_orders,
                    derived(orders, "order_count", pl.lit(1)),
                    derived(orders, "order_line_count", pl.col("lines")),
                ]
            )
            .group_by(key)
            .agg(pl.col("weight").sum()),
        ]
    )
    return customers, orders, work


def _charged(folder: Path, work: pl.DataFrame) -> pl.LazyFrame:
    """Return the cents of each process, month and object, by exact largest remainder."""
    weights = work.group_by("process", "month", "weight").agg(pl.len().cast(pl.Int64).alias("n"))
    units = weights.group_by("process", "month").agg(
        (pl.col("weight") * pl.col("n")).sum().alias("units")
    )
    pools = pl.read_parquet(folder / "pools.parquet").filter(
        pl.col("is_actual") | (pl.col("capacity") > 0)
    )
    charges = pools.join(units, on=["process", "month"]).with_columns(
        pl.when("is_actual")
        .then("cents")
        .otherwise(
            (2 * pl.col("cents") * pl.col("units") + pl.col("capacity")) // (2 * pl.col("capacity"))
        )
        .alias("charged")
    )
    share = pl.col("charged") * pl.col("weight")
    floors = charges.join(weights, on=["process", "month"]).with_columns(
        (share // pl.col("units")).alias("floor"), (share % pl.col("units")).alias("remainder")
    )
    left_over = floors.group_by(_POOL).agg(
        (pl.col("charged").first() - (pl.col("floor") * pl.col("n")).sum()).alias("left_over")
    )
    ties = (
        floors.group_by([*_POOL, "remainder"])
        .agg(pl.col("n").sum().alias("tied"))
        .sort([*_POOL, "remainder"], descending=[False, False, False, True])
        .with_columns((pl.col("tied").cum_sum().over(_POOL) - pl.col("tied")).alias("before"))
        .join(left_over, on=_POOL)
        .with_columns((pl.col("left_over") - pl.col("before")).alias("left_over"))
    )
    classes = floors.join(ties, on=[*_POOL, "remainder"])
    cents = classes.group_by("process", "month", "weight").agg(
        (pl.col("floor") + (pl.col("left_over") >= pl.col("tied")).cast(pl.Int64))
        .sum()
        .alias("cents")
    )
    partial = classes.filter((pl.col("left_over") > 0) & (pl.col("left_over") < pl.col("tied")))
    last = (
        work.join(partial, on=["process", "month", "weight"])
        .sort([*_POOL, "object"])
        .filter(pl.int_range(pl.len()).over(_POOL) < pl.col("left_over"))
        .select("process", "month", "object", pl.lit(1, dtype=pl.Int64).alias("cents"))
    )
    charged = work.join(cents, on=["process", "month", "weight"]).select(
        "process", "month", "object", "cents"
    )
    levels = pools.select("process", "is_order").unique()
    return (
        pl.concat([charged, last])
        .join(levels, on="process")
        .lazy()
        .group_by("month", "object", "is_order")
        .agg(pl.col("cents").sum())
    )


def contribution_lines(folder: Path) -> pl.DataFrame:
    """Return the customers' lines in cents."""
    customers, orders, lazy_work = _work(folder)
    charged = _charged(folder, lazy_work.collect())
    costs = [
        charged.filter(pl.col("is_order") == is_order)
        .join(owners, on="object")
        .filter(pl.col("customer_key") != 0)
        .group_by(pl.col("customer_key").alias("object_key"), "month")
        .agg(-pl.col("cents").sum())
        .select("object_key", "month", pl.lit(line).alias("line_id"), "cents")
        for is_order, owners, line in (
            (False, customers.select("object", "customer_key"), "customer_processing"),
            (True, orders.select("object", "customer_key"), "order_processing"),
        )
    ]
    prices = pl.scan_parquet(folder / "prices.parquet").sort("product_key", "valid_from")
    sales = (
        pl.scan_parquet(folder / "lines.parquet")
        .filter(pl.col("customer_key") != 0)
        .with_columns(pl.col("cost_on").cast(pl.Int64).alias("valid_from"))
        .sort("valid_from")
        .join_asof(
            prices.sort("valid_from"), on="valid_from", by="product_key", strategy="backward"
        )
        .group_by(pl.col("customer_key").alias("object_key"), "month")
        .agg(
            pl.col("gross").sum().alias("gross_sales"),
            -pl.col("discount").sum(),
            -_amount("material").sum().alias("standard_material"),
            -_amount("production").sum().alias("standard_production"),
        )
        .unpivot(index=["object_key", "month"], variable_name="line_id", value_name="cents")
        .select("object_key", "month", "line_id", "cents")
    )
    return pl.concat([sales, *costs]).filter(pl.col("cents") != 0).collect()


def write(result: Any, path: Path) -> None:
    """Write the result for the comparison."""
    result.write_parquet(path)
