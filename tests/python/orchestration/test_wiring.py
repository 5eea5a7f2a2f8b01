"""What is tried again, which months there are, what the sensors see: without dbt."""

import errno
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.landing.passing import may_pass
from orchestration.ops import alerts
from orchestration.ops.exits import BadInputError, CheckFailedError, LockedError, NightError
from orchestration.ops.fingerprints import extracts_fingerprint
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing import months
from orchestration.publishing.files import append_json_line
from orchestration.publishing.generations import DATABASE, Warehouse
from orchestration.publishing.lock import run_lock
from orchestration.publishing.months import published_months, write_month
from orchestration.wiring import retries, sensors
from orchestration.wiring.jobs import MONTHLY, NIGHTLY, monthly_job
from orchestration.wiring.manifest import with_attached_tests
from orchestration.wiring.months import monthly_extract, partitions
from orchestration.wiring.retries import RETRIES, final, try_again
from orchestration.wiring.sensors import failure_sensor, freshness_sensor, new_extracts
from orchestration.wiring.tables import LandedTable

from .conftest import Make, project_beside

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
SOURCES = """
sources:
  - name: extracts
    tables:
      - name: orders
        config: {meta: {freshness_hours: 36}}
        columns: [{name: order_id, data_type: string}]
"""


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), True),
        (OSError(errno.ESTALE, "stale"), True),
        (TimeoutError(errno.ETIMEDOUT, "slow"), True),
        (duckdb.IOException(f"could not read: {os.strerror(errno.EIO)}"), True),
        (OSError(errno.ENOSPC, "full"), False),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (duckdb.IOException("no files found"), False),
        (CheckFailedError("2 failing rows"), False),
        (BadInputError("orders is missing"), False),
        (ValueError("Input/output error"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(error: Exception, passes: bool) -> None:
    assert may_pass(error) is passes


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(Settings.from_environment({}, project_root=tmp_path), Reporter(io.StringIO()))


@pytest.mark.parametrize(
    ("error", "good_at", "tries"),
    [
        (OSError(errno.EIO, "flaky"), 2, 2),
        (OSError(errno.EIO, "flaky"), 9, RETRIES + 1),
        (CheckFailedError("2 failing rows"), 9, 1),
        (OSError(errno.ENOSPC, "full"), 9, 1),
    ],
)
def test_a_step_is_tried_as_often_as_its_error_deserves(
    night: Night, error: Exception, good_at: int, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "WAIT_SECONDS", 0.0)
    seen = []

    @dg.asset
    def step(context: dg.AssetExecutionContext) -> None:
        seen.append(context.retry_number)
        with final(night), try_again(context, night), night.step("step"):
            if len(seen) < good_at:
                raise error

    result = dg.materialize([step], raise_on_error=False)
    assert len(seen) == tries
    assert result.success is (tries == good_at)
    assert (night.failure is None) is result.success
    if not result.success:
        (failure,) = result.get_step_failure_events()
        assert str(error) in str(failure.step_failure_data.error)


@pytest.fixture
def two_months(warehouse: Warehouse, make_generation: Make) -> Warehouse:
    folder = make_generation("run-1")
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute(
            "create schema governance;"
            "create table marts.rpt_company_result_monthly as select * from (values"
            " (date '2025-11-01', 'a', cast(1.10 as decimal(18,2)), 'EUR'),"
            " (date '2025-12-01', 'a', 2.20, 'EUR'), (date '2025-12-01', 'b', -0.20, 'EUR')"
            ") as rows(month, term_id, amount, currency_code);"
            "create view governance.by_month as select month from marts.rpt_company_result_monthly"
        )
    os.symlink("generations/run-1", warehouse.current)
    return warehouse


def test_a_month_is_written_with_its_totals(two_months: Warehouse) -> None:
    files = write_month(two_months, date(2025, 12, 1))
    assert str(files.company_result) == "2.00" and files.run_id == "run-1"
    assert files.rows == {"marts.rpt_company_result_monthly": 2, "governance.by_month": 2}
    folder = two_months.exports / "2025-12"
    assert sorted(path.name for path in folder.iterdir()) == [
        "by_month.parquet",
        "extract.json",
        "rpt_company_result_monthly.parquet",
    ]
    assert json.loads((folder / "extract.json").read_text())["company_result"] == "2.00"
    (folder / "old.parquet").write_text("of an earlier run")
    write_month(two_months, date(2025, 12, 1))
    assert not (folder / "old.parquet").exists()
    assert [path.name for path in two_months.exports.iterdir()] == ["2025-12"]


def test_a_month_that_fails_half_way_leaves_the_earlier_one(
    two_months: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    december = date(2025, 12, 1)
    folder = write_month(two_months, december).folder
    before = sorted(folder.iterdir())
    monkeypatch.setattr(months, "write_json", full)
    with pytest.raises(OSError, match="no space left"):
        write_month(two_months, december)
    assert [path.name for path in two_months.exports.iterdir()] == ["2025-12"]
    assert sorted(folder.iterdir()) == before


def test_a_month_without_a_result_is_refused(two_months: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no month 2026-01"):
        write_month(two_months, date(2026, 1, 1))
    assert list(two_months.exports.iterdir()) == []
    with pytest.raises(BadInputError, match="nothing is published"):
        write_month(Warehouse(tmp_path / "none"), date(2026, 1, 1))


def test_the_partitions_are_the_published_months(two_months: Warehouse, tmp_path: Path) -> None:
    assert published_months(two_months) == (date(2025, 11, 1), date(2025, 12, 1))
    keys = partitions(two_months, date(2026, 3, 5)).get_partition_keys()
    assert keys == ["2025-11-01", "2025-12-01"]
    none = partitions(Warehouse(tmp_path / "none"), date(2026, 3, 5)).get_partition_keys()
    assert none == ["2026-02-01"]


@pytest.mark.parametrize("how", ["damaged", "empty of tables", "open elsewhere"])
def test_without_a_published_file_that_opens_the_last_month_is_there(
    two_months: Warehouse, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    """What watches the nights is loaded with these partitions, whatever became of the file."""
    database = two_months.current / DATABASE
    holder = None
    if how == "damaged":
        database.write_bytes(b"no database" * 1000)
    elif how == "empty of tables":
        database.unlink()
        duckdb.connect(str(database)).close()
    else:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
    try:
        keys = partitions(two_months, date(2026, 3, 5)).get_partition_keys()
    finally:
        if holder is not None:
            holder.communicate("\n")
    assert keys == ["2026-02-01"]
    assert "months of the published warehouse are unknown" in caplog.text


@pytest.fixture
def settings(warehouse: Warehouse) -> Settings:
    return project_beside(warehouse, SOURCES)


def test_a_backfill_writes_its_months_in_one_run(settings: Settings, two_months: Warehouse) -> None:
    """Such a run carries the first and the last month as tags; new months need a reload."""

    def written(start: str, end: str) -> set[str]:
        asset = monthly_extract(settings)
        definitions = dg.Definitions(assets=[asset], jobs=[monthly_job(asset)])
        tags = {"dagster/asset_partition_range_start": start}
        tags["dagster/asset_partition_range_end"] = end
        with dg.DagsterInstance.ephemeral() as instance:
            job = definitions.resolve_job_def(MONTHLY)
            assert job.execute_in_process(instance=instance, tags=tags).success
            assert len(instance.get_runs()) == 1
            return instance.get_materialized_partitions(asset.key)

    before = monthly_extract(settings)
    with duckdb.connect(str(two_months.current / DATABASE)) as connection:
        connection.execute(
            "insert into marts.rpt_company_result_monthly values "
            "(date '2026-01-01', 'a', 0.50, 'EUR'), (date '2026-02-01', 'a', 0.70, 'EUR')"
        )
    assert before.partitions_def is not None
    assert before.partitions_def.get_partition_keys()[-1] == "2025-12-01"
    assert written("2025-11-01", "2026-01-01") == {"2025-11-01", "2025-12-01", "2026-01-01"}
    folders = sorted(two_months.exports.iterdir())
    assert [path.name for path in folders] == ["2025-11", "2025-12", "2026-01"]
    results = [json.loads((path / "extract.json").read_text()) for path in folders]
    assert [result["company_result"] for result in results] == ["1.10", "2.00", "0.50"]


@dg.job
def nothing() -> None:
    pass


def test_a_night_starts_once_for_extracts_that_rest(
    settings: Settings, warehouse: Warehouse
) -> None:
    sensor = new_extracts(settings, nothing)
    cursor: str | None = None

    def look() -> Any:
        nonlocal cursor
        with dg.build_sensor_context(cursor=cursor) as context:
            result = sensor(context)
        assert isinstance(result, dg.SensorResult)
        cursor = result.cursor or cursor
        return result

    assert "no folder" in str(look().skip_reason)
    extracts = settings.absolute(settings.extracts)
    extracts.mkdir()
    (extracts / "orders.csv").write_text("order_id\n")
    assert "waiting until they rest" in str(look().skip_reason)
    (extracts / "orders.csv").write_text("order_id\n1\n")
    assert "waiting until they rest" in str(look().skip_reason), "it is still being written"
    (request,) = look().run_requests
    assert look().run_requests[0].run_key == request.run_key, "Dagster knows it by its key"
    with run_lock(warehouse.root, {"run_id": "r"}):
        assert "a run is at work" in str(look().skip_reason)
    read = {"fingerprints": {"extracts": cursor}, "steps": [{"name": "landing"}]}
    append_json_line(warehouse.runs, {"run_id": "r", **read})
    assert "has read these extracts" in str(look().skip_reason)
    (extracts / "orders.csv").write_text("order_id\n1\n2\n")
    look()
    assert look().run_requests


def test_extracts_that_a_failed_run_never_read_are_asked_for_again(
    settings: Settings, warehouse: Warehouse
) -> None:
    sensor = new_extracts(settings, nothing)
    extracts = settings.absolute(settings.extracts)
    extracts.mkdir()
    (extracts / "orders.csv").write_text("order_id\n")
    seen = extracts_fingerprint(settings)

    def look() -> Any:
        with dg.build_sensor_context(cursor=seen) as context:
            return sensor(context)

    (first,) = look().run_requests
    now = datetime.now(UTC)
    before = {"outcome": "failed", "exit_code": 5, "fingerprints": {"extracts": seen}}
    append_json_line(warehouse.runs, {**before, "run_id": "a", "ended_at": now.isoformat()})
    assert "waiting an hour" in str(look().skip_reason)
    ended = (now - timedelta(minutes=61)).isoformat()
    append_json_line(warehouse.runs, {**before, "run_id": "b", "ended_at": ended})
    (again,) = look().run_requests
    assert again.run_key != first.run_key


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LockedError("another run holds it"), []),
        (NightError("the dbt project has changed"), ["the dbt project has changed"]),
    ],
)
def test_a_run_that_failed_without_a_record_is_told_unless_it_was_locked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: NightError, told: list[str]
) -> None:
    sent: list[str] = []

    def send(message: dict[str, Any]) -> str:
        sent.append(message["text"])
        return ""

    monkeypatch.setattr(alerts, "send", send)

    @dg.resource
    def night(context: dg.InitResourceContext) -> None:
        try:
            raise error
        except NightError as reason:
            raise dg.Failure(str(reason), allow_retries=False) from reason

    @dg.op(required_resource_keys={"night"})
    def step() -> None:
        pass

    @dg.job(name=NIGHTLY, resource_defs={"night": night})
    def failing() -> None:
        step()

    with dg.DagsterInstance.ephemeral() as instance:
        result = failing.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            "failed_runs", result.get_run_failure_event(), instance, result.dagster_run
        ).for_run_failure()
        failure_sensor(settings)(context)
    assert [text.partition(" - night of ")[0] for text in sent] == told


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_failed_monthly_export_is_not_told_as_a_night(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, by_hand: bool
) -> None:
    """Launched as its job, and as an asset in Dagster's pages; nothing is published yet."""
    sent: list[dict[str, Any]] = []

    def send(message: dict[str, Any]) -> str:
        sent.append(message)
        return ""

    monkeypatch.setattr(alerts, "send", send)
    asset = monthly_extract(settings)
    month = partitions(Warehouse(settings.absolute(settings.warehouse)), date.today())
    definitions = dg.Definitions(assets=[asset], jobs=[monthly_job(asset)])
    job = definitions.resolve_job_def(MONTHLY)
    if by_hand:
        job = definitions.resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            partition_key=month.get_partition_keys()[-1],
            asset_selection=[asset.key] if by_hand else None,
        )
        context = dg.build_run_status_sensor_context(
            "failed_runs", result.get_run_failure_event(), instance, result.dagster_run
        ).for_run_failure()
        failure_sensor(settings)(context)
    (message,) = sent
    name = "monthly_extract" if by_hand else MONTHLY
    assert (message["kind"], message["job"]) == ("failed_job", name)
    assert message["text"].startswith("nothing is published")
    assert f" - {name} of shop, run " in message["text"]
    assert "publish" not in message["text"].partition(" - ")[2]


def test_a_look_of_the_sensor_that_fails_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def fail(*arguments: object) -> None:
        raise OSError(errno.EIO, "flaky")

    def tell(settings: Settings, error: Exception) -> None:
        told.append(str(error))

    monkeypatch.setattr(sensors, "tell_if_late", fail)
    monkeypatch.setattr(sensors, "tell_failure", tell)
    with dg.build_sensor_context() as context, pytest.raises(OSError, match="flaky"):
        freshness_sensor(settings, [])(context)
    assert told == ["[Errno 5] flaky"]


def test_the_sensor_tells_what_was_never_delivered(settings: Settings) -> None:
    with dg.build_sensor_context() as context:
        result = freshness_sensor(settings, [])(context)
    assert isinstance(result, dg.SensorResult)
    assert "there is no folder extracts" in str(result.skip_reason)


def test_a_delivery_is_reported_once_and_an_old_one_never(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALERT_WEBHOOK", raising=False)
    sensor = freshness_sensor(settings, [LandedTable("extracts", "orders", "", 36, True)])
    extracts = settings.absolute(settings.extracts)
    extracts.mkdir()
    path = extracts / "orders.csv"
    path.write_text("order_id\n")
    old = (datetime.now(UTC) - timedelta(hours=37)).timestamp()
    os.utime(path, (old, old))
    cursor: str | None = None

    def events() -> list[Any]:
        nonlocal cursor
        with dg.build_sensor_context(cursor=cursor) as context:
            result = sensor(context)
        assert isinstance(result, dg.SensorResult)
        cursor = result.cursor
        return list(result.asset_events or ())

    assert events() == []
    os.utime(path)
    (event,) = events()
    assert event.asset_key == dg.AssetKey(["extracts", "extracts", "orders"])
    assert events() == []


def test_a_test_of_several_models_belongs_to_the_last_of_them() -> None:
    def model(path: str, *parents: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        depends = {"nodes": list(parents)}
        return {"resource_type": "model", "name": name, "path": path, "depends_on": depends}

    def test(*parents: str, **more: Any) -> dict[str, Any]:
        return {"resource_type": "test", "name": "t", "depends_on": {"nodes": parents}, **more}

    stated = {"dagster": {"ref": {"name": "dim"}}}
    nodes = {
        "m.dim": model("core/dim", "source.s"),
        "m.fct": model("core/fct", "m.dim"),
        "m.mart": {**model("marts/costing/mart"), "version": 1},
        "t.core": test("m.fct", "m.dim"),
        "t.both": test("m.fct", "m.mart", config={"meta": {"remedy": "mend"}}),
        "t.stated": test("m.fct", "m.dim", config={"meta": stated}),
        "t.one": test("m.dim"),
    }
    after = with_attached_tests({"nodes": nodes})["nodes"]
    def meta(name: str, version: int | None = None) -> dict[str, Any]:
        return {"dagster": {"ref": {"name": name, "version": version}}}

    assert after["t.core"]["config"]["meta"] == meta("fct")
    assert after["t.both"]["config"]["meta"] == {"remedy": "mend", **meta("mart", 1)}
    assert after["t.stated"]["config"]["meta"] == meta("dim")
    assert after["t.one"] == nodes["t.one"]
