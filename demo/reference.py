"""The small tables: products, their standard costs, accounts, cost centres, closing rates.

Each is written once and row by row.
"""

from datetime import date, timedelta
from decimal import Decimal

from demo import chart, naming
from demo.catalogue import LATE_COST, VERSIONS, Catalogue
from demo.timeline import CURRENCIES, Rates, day
from demo.writing import Writer

_NEVER = "cast(null as timestamp) as recorded_at"
_EPOCH = date(1970, 1, 1)
_LATE_COST_FROM = day("2025-12-01")


def iso(number: int) -> str:
    """Return a day number as an ISO date."""
    return (_EPOCH + timedelta(days=number)).isoformat()


def money(cents: int) -> str:
    """Return cents with a point and two decimals."""
    return str(Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))


def _millionths(units: int) -> str:
    return str(Decimal(units).scaleb(-6).quantize(Decimal("0.000001")))


def write_reference(writer: Writer, catalogue: Catalogue, rates: Rates) -> None:
    """Write products, product_costs, ledger_accounts, cost_centers and fx_rates."""
    _products(writer, catalogue)
    _product_costs(writer, catalogue)
    writer.rows(
        "ledger_accounts.csv",
        ("account_id", "account_name", "account_type", "is_cash"),
        [(a.account_id, a.name, a.kind, str(a.is_cash).lower()) for a in chart.ACCOUNTS],
    )
    writer.rows(
        "cost_centers.csv", ("cost_center_id", "cost_center_name", "kind"), chart.COST_CENTERS
    )
    fx = [
        (CURRENCIES[row + 1], iso(on), "closing", _millionths(rate))
        for row, path in enumerate(rates.closing.tolist())
        for on, rate in zip(rates.days.tolist(), path, strict=True)
    ]
    fx.insert(700, ("USD", "2024-01-09", "midday", "0.914000"))
    writer.rows("fx_rates.csv", ("currency_code", "rate_on", "rate_type", "rate"), fx)


def _products(writer: Writer, catalogue: Catalogue) -> None:
    rows = [(naming.product_id(p.number), p.name, p.category) for p in catalogue.products]
    writer.rows("products.csv", ("product_id", "product_name", "product_category"), rows)
    writer.to_parquet("products.csv", "products.parquet", f"*, {_NEVER}")


def _product_costs(writer: Writer, catalogue: Catalogue) -> None:
    rows = []
    for position, product in enumerate(catalogue.products):
        name = naming.product_id(product.number)
        if product.number == LATE_COST:
            cost = [_millionths(int(c)) for c in catalogue.cost[:, position, 0]]
            rows.append((name, iso(_LATE_COST_FROM), *cost))
            continue
        for version, start in enumerate(VERSIONS.tolist()):
            cost = [_millionths(int(c)) for c in catalogue.cost[:, position, version]]
            rows.append((name, iso(start), *cost))
    header = ("product_id", "valid_from", "material", "production", "distribution")
    writer.rows("product_costs.csv", header, rows)
    writer.to_parquet(
        "product_costs.csv",
        "product_costs.parquet",
        "product_id, cast(valid_from as date) as valid_from, "
        + ", ".join(
            f"cast({name} as decimal(18, 6)) as standard_{name}_cost" for name in header[2:]
        )
        + f", {_NEVER}",
    )
