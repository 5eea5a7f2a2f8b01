"""Months of the published warehouse as a partitioned asset, so that a backfill by month works."""

import warnings
from datetime import date, timedelta

import dagster as dg

from orchestration.ops.exits import NightError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import Warehouse
from orchestration.publishing.months import published_months, write_month
from orchestration.wiring.assets import PUBLISHING


def partitions(warehouse: Warehouse, today: date) -> dg.MonthlyPartitionsDefinition:
    """Return the months of the published generation; before the first, the last whole month."""
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    first, last = published_months(warehouse) or (before, before)
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
