"""A Spark cluster on this machine: a master, two workers and a Thrift server, from the pip package.

It serves those who want to try the other engine and the tests that hold both engines together.
What is built on it, and what is compared, stands elsewhere. Everything listens on loopback only.

    python -m orchestration.spark.cluster serve             until it is interrupted
    python -m orchestration.spark.cluster run -- <command>  for one command; answers its exit code
"""

import argparse
import ctypes
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from orchestration.ops.interrupts import interruptible
from orchestration.ops.settings import PROJECT_ROOT

HOST = "127.0.0.1"
FOLDER = PROJECT_ROOT / "target" / "spark" / "cluster"
WORKERS = 2
# In all about 4 GB with what a Java process takes beside its heap.
DAEMON_MEMORY, EXECUTOR_MEMORY, SERVER_MEMORY = "128m", "512m", "1536m"
START_SECONDS, STOP_SECONDS = 120, 20
FIXED_PORTS = range(20_000, 30_000)

# Java compiles quickly rather than well: no run here lasts long enough to gain from more. What it
# compiles so has 48 MB unless told otherwise, too little for the server: once they are full it
# interprets, and may end with a VirtualMachineError.
_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
_OWNER = "owner"
_MARKER = ".spark-cluster"  # in each folder of a cluster
_SERVER_CLASS = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
_DEPLOY = "org.apache.spark.deploy"
# A run of this size spends its time on planning and on starting tasks: few and small ones.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.port.maxRetries": "0",
    "spark.locality.wait": "0",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.maxPlanStringLength": "100",  # nobody reads the plans that are written for a UI
    "spark.sql.statistics.size.autoUpdate.enabled": "false",
    "spark.hadoop.hive.stats.autogather": "false",
}


class ClusterError(RuntimeError):
    """The cluster does not run; the message says which process and where its log is."""


@dataclass
class Cluster:
    """A cluster with a metastore and a warehouse of its own under one folder.

    ``settings`` are the server's, over those of this module. A second cluster on the same folder
    is refused.
    """

    folder: Path = FOLDER
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        """Return the folder of the tables: ``<schema>.db/<table>/*.parquet``."""
        return self.folder / "warehouse"

    @property
    def environment(self) -> dict[str, str]:
        """Return what the dbt target ``spark`` reads."""
        return {"SPARK_HOST": HOST, "SPARK_PORT": str(self.port)}

    def __enter__(self) -> "Cluster":
        """Start; whatever was started is stopped if the rest fails."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Start all processes and wait until the server answers and every worker is known."""
        for needed in ("pyspark", "dbt.adapters.spark"):
            if not _is_installed(needed):
                raise ClusterError(
                    f"{needed} is not installed; `make .venv-spark/.ready` makes an environment "
                    "that has it"
                )
        self.folder.mkdir(parents=True, exist_ok=True)
        marker = self.folder / _MARKER
        if not marker.exists() and any(self.folder.iterdir()):
            raise ClusterError(
                f"{self.folder} holds something else than a cluster, and a start deletes logs and "
                "work folders; --folder names a new or an empty one"
            )
        marker.touch()
        stop_leftovers(self.folder)
        for log in self.folder.glob("*.log"):
            log.unlink()
        for left in ("work", "scratch"):
            shutil.rmtree(self.folder / left, ignore_errors=True)
        master_port, self.port = _free_ports(2)
        master = f"spark://{HOST}:{master_port}"
        arguments = ["--host", HOST, "--webui-port", "0"]
        self._run("master", "spark-class", f"{_DEPLOY}.master.Master", *arguments,
                  "--port", str(master_port))
        self._wait("master", lambda: _answers(master_port))
        for number in range(1, WORKERS + 1):
            self._run(f"worker-{number}", "spark-class", f"{_DEPLOY}.worker.Worker", *arguments,
                      "--cores", "1", "--memory", EXECUTOR_MEMORY,
                      "--work-dir", str(self.folder / "work"), master)
        self._run("server", "spark-submit", "--master", master, *self._server_arguments())
        self._wait("server", self._serves)
        self._wait("master", lambda: self._log("master").count("Registering worker") >= WORKERS)

    def check(self) -> None:
        """Raise ``ClusterError``, which says why, if one of the processes has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ClusterError(self._why(name, f"ended with code {process.returncode}"))

    def stop(self) -> None:
        """End every process that was started, the server first, and forget them."""
        started = list(reversed(self.processes.values()))
        for process in started:
            _signal_group(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal_group(process.pid, signal.SIGKILL)
                process.wait()
            _signal_group(process.pid, signal.SIGKILL)  # an executor whose worker is gone
        self.processes.clear()
        if started:
            _pid_file(self.folder).unlink(missing_ok=True)

    def _server_arguments(self) -> list[str]:
        metastore = f"jdbc:derby:;databaseName={self.folder / 'metastore'};create=true"
        settings = {
            **_SETTINGS,
            "spark.sql.warehouse.dir": str(self.warehouse),
            "spark.local.dir": str(self.folder / "scratch"),
            "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
            "spark.executor.memory": EXECUTOR_MEMORY,
            "spark.executor.extraJavaOptions": _JAVA,
            **self.settings,
        }
        return [
            "--driver-java-options",
            f"{_JAVA} -Dderby.stream.error.file={self.folder / 'derby.log'}",
            *(item for name, value in settings.items() for item in ("--conf", f"{name}={value}")),
            "--class", _SERVER_CLASS, "spark-internal",
            "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
            "--hiveconf", f"hive.server2.thrift.port={self.port}",
        ]  # fmt: skip

    def _run(self, name: str, program: str, *arguments: str) -> None:
        """Start one process, in a group of its own so that its executors end with it."""
        home = _spark_home()
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SPARK_")},
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_PUBLIC_DNS": HOST,
            # Read for the server too, before --driver-memory.
            "SPARK_DAEMON_MEMORY": SERVER_MEMORY if name == "server" else DAEMON_MEMORY,
            "SPARK_DAEMON_JAVA_OPTS": _JAVA,
            # Not the settings of another Spark on this machine.
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "PYSPARK_PYTHON": sys.executable,
            "TZ": "UTC",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / program), *arguments],
                cwd=PROJECT_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        pids = {name: process.pid for name, process in self.processes.items()}
        known = {name: _identity(pid) for name, pid in [*pids.items(), (_OWNER, os.getpid())]}
        _pid_file(self.folder).write_text(json.dumps(known), "utf-8")

    def _wait(self, name: str, is_up: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_up():
            self.check()
            if time.monotonic() > deadline:
                raise ClusterError(self._why(name, f"was not up after {START_SECONDS} s"))
            time.sleep(0.1)

    def _serves(self) -> bool:
        """Whether the server itself listens, not another program that was given its port."""
        return f"ThriftBinaryCLIService on port {self.port} " in self._log("server") and _answers(
            self.port
        )

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def _why(self, name: str, what: str) -> str:
        lines = [line for line in self._log(name).splitlines() if line.strip()]
        errors = [line for line in lines if re.search(r"ERROR|Exception|Caused by", line)]
        told = "\n  ".join((errors or lines)[-5:])
        return f"the Spark {name} {what}; log {self.folder / name}.log\n  {told}"


def stop_leftovers(folder: Path) -> list[int]:
    """End the processes that an earlier cluster of this folder left; return their ids.

    A process is ended only if it still is the one that was started: same id, same start. Raises
    ``ClusterError`` if whoever started them is still there.
    """
    path = _pid_file(folder)
    known: dict[str, dict[str, int | str]] = {}
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text("utf-8"))
    running = {name for name, process in known.items() if _identity(int(process["pid"])) == process}
    if _OWNER in running:
        raise ClusterError(
            f"a cluster of process {known[_OWNER]['pid']} runs in {folder}; --folder names another"
        )
    ended = [int(known[name]["pid"]) for name in sorted(running)]
    for pid in ended:
        _signal_group(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return ended


def _pid_file(folder: Path) -> Path:
    return folder / "processes.json"


def _identity(pid: int) -> dict[str, int | str]:
    """Return what tells a process from a later one with the same id; no start if it is gone."""
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
    )
    return {"pid": pid, "started": done.stdout.strip() or "gone"}


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _end_with_parent() -> None:
    """Ask Linux to end this process with its parent; elsewhere the next start cleans up."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _is_installed(module: str) -> bool:
    with suppress(ModuleNotFoundError):
        return find_spec(module) is not None
    return False


def _spark_home() -> Path:
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise ClusterError("pyspark is not installed")
    return Path(spec.origin).parent


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on.

    They lie below those that systems give to whoever asks for any (32768 and up on Linux), as
    each part of Spark does between this choice and the start of the server.
    """
    found: list[int] = []
    for port in random.sample(FIXED_PORTS, len(FIXED_PORTS)):
        with suppress(OSError), socket.socket() as tried:
            tried.bind((HOST, port))
            found.append(port)
        if len(found) == count:
            return found
    raise ClusterError(f"no {count} free ports from {FIXED_PORTS.start} to {FIXED_PORTS.stop - 1}")


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted, or run one command beside the cluster."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.spark.cluster")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="metastore, tables and logs")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("serve", help="run until it is interrupted")
    run = actions.add_parser("run", help="run one command beside the cluster, then stop")
    run.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command")
    given = parser.parse_args(arguments)
    try:
        with interruptible(), Cluster(given.folder.resolve()) as cluster:
            if given.action == "serve":
                told = " ".join(f"{name}={value}" for name, value in cluster.environment.items())
                print(f"Spark answers: {told}; Ctrl-C stops it", flush=True)
                cluster.processes["server"].wait()
                cluster.check()  # it raises: the server, at least, has ended
            command = given.command[1:] if given.command[:1] == ["--"] else given.command
            if not command:
                parser.error("run needs a command")
            environment = {**os.environ, **cluster.environment}
            return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0 if given.action == "serve" else 130
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
