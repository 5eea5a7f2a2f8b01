"""Months of the published warehouse as a partitioned asset, so that a backfill by month works."""

import logging
import warnings
from datetime import date, timedelta

import dagster as dg
import duckdb

from orchestration.ops.exits import NightError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import Warehouse
from orchestration.publishing.months import published_months, write_month
from orchestration.wiring.assets import PUBLISHING


def partitions(warehouse: Warehouse, today: date) -> dg.MonthlyPartitionsDefinition:
    """Return the months of the published generation; before the first, the last whole month.

    So it is for a published file that cannot be opened: the night that would replace it, and
    whatever tells of it, must still be loaded.
    """
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        found = published_months(warehouse)
    except duckdb.Error as error:
        logging.getLogger(__name__).warning(
            "the months of the published warehouse are unknown until the definitions are loaded "
            "again: %s; `make nightly` or `make rollback` publishes another one",
            error,
        )
        found = None
    first, last = found or (before, before)
    end = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    return dg.MonthlyPartitionsDefinition(f"{first:%Y-%m-01}", end_date=f"{end:%Y-%m-%d}")


def monthly_extract(settings: Settings) -> dg.AssetsDefinition:
    """Return the asset that writes a month, or many of them in one run."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # single-run backfills are in beta
        asset = dg.asset(
            deps=["published_warehouse"],
            group_name=PUBLISHING,
            partitions_def=partitions(warehouse, date.today()),
            backfill_policy=dg.BackfillPolicy.single_run(),
            kinds={"parquet"},
        )

    @asset
    def monthly_extract(context: dg.AssetExecutionContext) -> None:
        """A month of every mart that has months, as Parquet files in `exports/<yyyy-mm>`."""
        for key in context.partition_keys:
            try:
                files = write_month(warehouse, date.fromisoformat(key))
            except NightError as error:
                raise dg.Failure(str(error), allow_retries=False) from error
            context.add_asset_metadata(
                {
                    "dagster/row_count": sum(files.rows.values()),
                    "bytes": files.bytes,
                    f"company result, {files.currency}": str(files.company_result),
                    "run": files.run_id,
                    "path": dg.MetadataValue.path(str(files.folder)),
                    "rows by table": dg.MetadataValue.table(
                        [
                            dg.TableRecord({"table": name, "rows": rows})
                            for name, rows in files.rows.items()
                        ]
                    ),
                },
                partition_key=key,
            )

    return monthly_extract
