"""The demo company's assumptions for other scales: capacities grow with the company.

`seeds/demo/` is written for the embedded scale. Nothing else in it depends on the size.
"""

import csv
from decimal import Decimal
from pathlib import Path

from demo.catalogue import Catalogue
from demo.customers import customer_count
from demo.overheads import EMBEDDED_CUSTOMERS

SEEDS = Path(__file__).parent.parent / "seeds" / "demo"
EMBEDDED_GOODS = 60
_AMOUNTS = {
    "process_capacities": "practical_capacity_quantity",
    "imputed_costs": "monthly_amount",
    "plans": "value",
    "valuation_parameters": "value",
}


def write_scaled_seeds(folder: Path, seed: int, scale: float) -> None:
    """Copy the seeds into a folder, with capacities and amounts for a scale."""
    by_customers = Decimal(customer_count(scale)) / EMBEDDED_CUSTOMERS
    by_goods = Decimal(Catalogue(seed, scale).goods) / EMBEDDED_GOODS
    with (SEEDS / "processes.csv").open(encoding="utf-8", newline="") as stream:
        of_products = {
            row["process_id"] for row in csv.DictReader(stream) if row["object_level"] == "product"
        }
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(SEEDS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            header = list(reader.fieldnames or ())
        column = _AMOUNTS.get(path.stem)
        for row in rows:
            factor = by_goods if row.get("process_id") in of_products else by_customers
            if path.stem == "valuation_parameters" and not row["parameter"].endswith("_amount"):
                continue
            if column:
                row[column] = str((Decimal(row[column]) * factor).quantize(Decimal("0.01")))
        with (folder / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
