"""What a night ends with: where the warehouse is and what it says."""

from orchestration.ops.progress import Reporter
from orchestration.publishing.generations import Warehouse


def print_summary(warehouse: Warehouse, reporter: Reporter) -> None:
    """Print where the published warehouse is."""
    reporter.line(str(warehouse.current / "warehouse.duckdb"))
