"""What a cluster starts it stops: when it is left, when a part fails, when its parent is killed.

Spark itself is replaced by a script that listens where Spark would; `make test-spark` starts the
real one.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.spark import cluster as module
from orchestration.spark.cluster import Cluster, ClusterError, main, stop_leftovers

PROJECT_ROOT = Path(__file__).resolve().parents[3]
FAKE = """#!{python}
import pathlib, socket, sys, time
arguments = sys.argv[1:]
here = pathlib.Path(__file__).parent
if "spark-internal" in arguments and (here / "broken").exists():
    print("ERROR the server is broken")
    sys.exit(3)
port = None
if "--port" in arguments:
    port = int(arguments[arguments.index("--port") + 1])
    print("Registering worker 1\\nRegistering worker 2", flush=True)
for argument in arguments:
    if argument.startswith("hive.server2.thrift.port="):
        port = int(argument.partition("=")[2])
if port:
    listening = socket.create_server(("127.0.0.1", port))
    print(f"Starting ThriftBinaryCLIService on port {{port}} with 5 worker threads", flush=True)
time.sleep(300)
"""


@pytest.fixture
def spark_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a Spark in place that only listens."""
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    for name in ("spark-class", "spark-submit"):
        path = home / "bin" / name
        path.write_text(FAKE.format(python=sys.executable), "utf-8")
        path.chmod(0o755)
    monkeypatch.setattr(module, "_spark_home", lambda: home)
    monkeypatch.setattr(module, "_is_installed", lambda name: True)
    return home


def lives(pid: int) -> bool:
    """Return whether a process runs; one that has ended and waits for its parent does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def gone(pids: list[int], seconds: float = 10) -> bool:
    """Return whether all processes are gone within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(lives(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_all_four_run_until_the_cluster_is_left(spark_home: Path, tmp_path: Path) -> None:
    with Cluster(tmp_path / "cluster") as cluster:
        assert list(cluster.processes) == ["master", "worker-1", "worker-2", "server"]
        pids = [process.pid for process in cluster.processes.values()]
        assert all(lives(pid) for pid in pids)
        assert cluster.environment["SPARK_PORT"] == str(cluster.port)
        assert (tmp_path / "cluster" / "processes.json").exists()
    assert gone(pids)
    assert not (tmp_path / "cluster" / "processes.json").exists()


def test_a_part_that_fails_is_named_and_nothing_is_left(spark_home: Path, tmp_path: Path) -> None:
    (spark_home / "bin" / "broken").touch()
    cluster = Cluster(tmp_path / "cluster")
    started: list[int] = []
    run = Cluster._run

    def note(self: Cluster, name: str, program: str, *arguments: str) -> None:
        run(self, name, program, *arguments)
        started.append(self.processes[name].pid)

    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(ClusterError, match="server ended with code 3") as error,
    ):
        patch.setattr(Cluster, "_run", note)
        cluster.__enter__()
    assert "the server is broken" in str(error.value)
    assert len(started) == 4
    assert gone(started)


def test_another_program_on_the_port_is_not_taken_for_the_server(
    spark_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (master,) = module._free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        ports = [master, stranger.getsockname()[1]]
        monkeypatch.setattr(module, "_free_ports", lambda count: ports)
        with pytest.raises(ClusterError, match="server ended with code 1") as error:
            Cluster(tmp_path / "cluster").__enter__()
    assert "Address already in use" in str(error.value)


def test_a_part_that_ends_later_is_named(spark_home: Path, tmp_path: Path) -> None:
    with Cluster(tmp_path / "cluster") as cluster:
        cluster.check()
        cluster.processes["server"].kill()
        cluster.processes["server"].wait()
        with pytest.raises(ClusterError, match="server ended with code -9"):
            cluster.check()


def test_ports_are_not_those_that_systems_give_away(tmp_path: Path) -> None:
    ports = module._free_ports(3)
    assert len(set(ports)) == 3
    assert all(20_000 <= port < 30_000 for port in ports)
    with socket.create_server(("127.0.0.1", ports[0])), pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FIXED_PORTS", range(ports[0], ports[0] + 1))
        with pytest.raises(ClusterError, match="no 1 free ports"):
            module._free_ports(1)


def test_an_exception_inside_stops_it(spark_home: Path, tmp_path: Path) -> None:
    pids: list[int] = []
    with pytest.raises(ZeroDivisionError), Cluster(tmp_path / "cluster") as cluster:
        pids += [process.pid for process in cluster.processes.values()]
        print(1 / 0)
    assert gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems clean up at the next start")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_a_killed_parent(
    spark_home: Path, tmp_path: Path, number: signal.Signals
) -> None:
    code = (
        "import sys; from pathlib import Path; from orchestration.spark import cluster as module\n"
        f"module._spark_home = lambda: Path({str(spark_home)!r})\n"
        "module._is_installed = lambda name: True\n"
        f"sys.exit(module.main(['--folder', {str(tmp_path / 'cluster')!r}, 'serve']))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert "Spark answers" in parent.stdout.readline()
    known = json.loads((tmp_path / "cluster" / "processes.json").read_text("utf-8"))
    assert known.pop("owner")["pid"] == parent.pid
    pids = [int(process["pid"]) for process in known.values()]
    assert len(pids) == 4
    assert all(lives(pid) for pid in pids)
    parent.send_signal(number)
    parent.wait(30)
    assert gone(pids)


def test_the_next_start_ends_what_was_left(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "300"], start_new_session=True)
    known = {"server": module._identity(left.pid)}
    (tmp_path / "processes.json").write_text(json.dumps(known), "utf-8")
    assert stop_leftovers(tmp_path) == [left.pid]
    assert left.wait(10) == -signal.SIGKILL
    assert stop_leftovers(tmp_path) == []


def test_a_later_process_with_the_same_id_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        known = {"server": {"pid": stranger.pid, "started": "Mon Jan  1 00:00:00 2024"}}
        (tmp_path / "processes.json").write_text(json.dumps(known), "utf-8")
        assert stop_leftovers(tmp_path) == []
        assert lives(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_cluster_in_the_same_folder_is_refused(spark_home: Path, tmp_path: Path) -> None:
    with Cluster(tmp_path / "cluster") as first:
        with pytest.raises(ClusterError, match=f"of process {os.getpid()} runs in"):
            Cluster(tmp_path / "cluster").__enter__()
        assert all(lives(process.pid) for process in first.processes.values())
    with Cluster(tmp_path / "cluster"):
        pass


def test_only_a_folder_of_a_cluster_is_cleaned(spark_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for path in (folder / "a.log", folder / "work" / "years", folder / "scratch" / "notes"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with pytest.raises(ClusterError, match="something else than a cluster"):
        Cluster(folder).__enter__()
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "a.log",
        "notes",
        "years",
    ]


def test_without_spark_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "_is_installed", lambda name: False)
    assert main(["--folder", str(tmp_path / "cluster"), "serve"]) == 1
    assert ".venv-spark/.ready" in capsys.readouterr().err


def test_a_command_runs_beside_it_and_its_code_is_the_answer(
    spark_home: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    command = ["bash", "-c", f'echo "$SPARK_HOST $SPARK_PORT" > {told}; exit 7']
    assert main(["--folder", str(tmp_path / "cluster"), "run", "--", *command]) == 7
    host, port = told.read_text("utf-8").split()
    assert host == "127.0.0.1"
    assert int(port) > 0
    assert not os.path.exists(tmp_path / "cluster" / "processes.json")
