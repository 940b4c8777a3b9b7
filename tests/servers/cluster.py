"""A Spark cluster on this machine: a master and its workers, each a process of its own, from pyspark's own package."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyspark

HOME = Path(pyspark.__file__).parent
HERE = "127.0.0.1"
PATIENCE = 300  # seconds until what must come is given up
JVM = "-XX:TieredStopAtLevel=1"  # of a small query it is the start that takes time
DEFAULTS = f"""\
spark.driver.host {HERE}
spark.driver.bindAddress {HERE}
spark.driver.memory 1g
spark.executor.memory 512m
spark.driver.extraJavaOptions {JVM}
spark.executor.extraJavaOptions {JVM}
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.dir file:%s
"""


class Cluster:
    """One master and workers with a core each; `environment` leads a driver to this machine's own address."""

    def __init__(self, folder: Path, *, workers: int) -> None:
        self._folder = folder
        self._events = folder / "events"
        self._events.mkdir()
        (folder / "conf").mkdir()
        (folder / "conf/spark-defaults.conf").write_text(DEFAULTS % self._events)
        self.environment = os.environ | {
            "SPARK_HOME": str(HOME),
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_IP": HERE,
            "SPARK_LOCAL_DIRS": str(folder / "local"),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_DAEMON_MEMORY": "256m",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._count = workers
        self._page = 0
        self.address = ""

    def __enter__(self) -> "Cluster":
        try:
            port, self._page = _free(), _free()
            self.address = f"spark://{HERE}:{port}"
            ports = ("--host", HERE, "--port", str(port), "--webui-port", str(self._page))
            self._start("master.Master", *ports)
            wait(self._answers, "the master")
            for _ in range(self._count):
                self.add_worker()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            _end(process)

    @property
    def workers(self) -> int:
        """How many the master knows to be alive."""
        return sum(one["state"] == "ALIVE" for one in self._state()["workers"])

    def add_worker(self) -> None:
        """One more machine."""
        known = self.workers
        folder = self._folder / f"work-{len(self._processes)}"
        limits = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder), "--webui-port", str(_free()))
        self._start("worker.Worker", "--host", HERE, *limits, self.address)
        wait(lambda: self.workers == known + 1, "a worker")

    def lose_worker(self) -> None:
        """A machine goes without a word: the worker and all that it started, such as the executor of a report."""
        known = self.workers
        _end(self._processes.pop())
        wait(lambda: self.workers == known - 1, "the end of a worker")

    def said(self, event: str) -> int:
        """How often the drivers of this cluster have told that event so far, such as JobStart."""
        files = [path for path in self._events.rglob("*") if path.is_file()]
        return sum(file.read_bytes().count(b'"SparkListener%s"' % event.encode()) for file in files)

    def _answers(self) -> bool:
        try:
            self._state()
        except (OSError, ValueError):  # it does not listen yet, or does and has nothing to say
            return False
        return True

    def _state(self) -> dict[str, Any]:
        with urlopen(f"http://{HERE}:{self._page}/json/", timeout=PATIENCE) as answer:
            return dict(json.load(answer))

    def _start(self, name: str, *arguments: str) -> None:
        log = (self._folder / f"{len(self._processes)}-{name}.log").open("wb")
        command = [str(HOME / "bin/spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        with log:
            # a session of its own: what a worker starts ends with it
            started = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self._processes.append(started)


@contextmanager
def reporting(cluster: Cluster, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """`liftledger ARGUMENTS` in a process of its own, while it runs."""
    command = [sys.executable, "-m", "liftledger", *map(str, arguments)]
    process = subprocess.Popen(
        command,
        env=cluster.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def wait(reached: Callable[[], bool], what: str) -> None:
    """Until it is so; fails where that takes too long."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, f"{what} did not come within {PATIENCE} s"
        time.sleep(0.02)


def _end(process: subprocess.Popen[Any]) -> None:
    """The process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free() -> int:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])
