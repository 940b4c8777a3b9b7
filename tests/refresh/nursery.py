"""A process that has imported everything and starts a command at once, by forking: ended anywhere, it cost no second.

An order is a line of JSON on stdin; the answers are lines on stdout: the process, and then, each time that it stops or
ends, how. A command may be told to send itself a signal at its n-th step on disk: renames, removals, new files and
folders, syncs, locks and what the engine writes, each just before it is done.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import msgspec

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "fcntl.flock"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
COPIES = ("COPY", "EXPORT")
STOPPED = "stopped"
PAGES = ("page", "stored", "summary", "progress", "numbers")
IMPORTED = ("duckdb", "scipy.stats", "liftledger.prove.refresh", *(f"liftledger.report.{name}" for name in PAGES))


class Order(msgspec.Struct, frozen=True):
    """A command, where its words go, and the signal that it sends itself before its step `at` (the first is 1)."""

    arguments: list[str]
    said: str
    folder: str
    at: int = 0
    signal: int = int(signal.SIGKILL)


class Child:
    """A command that runs."""

    def __init__(self, nursery: "Nursery", order: Order) -> None:
        self._nursery, self._said = nursery, Path(order.said)
        self.process, self._end = int(nursery.line()), ""

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # it has ended already
            os.kill(self.process, signal.SIGKILL)

    def proceed(self) -> None:
        os.kill(self.process, signal.SIGCONT)

    def stops(self) -> bool:
        """Waits until it has stopped or ended: whether it has stopped."""
        if not self._end:
            told = self._nursery.line()
            self._end = "" if told == STOPPED else told
        return not self._end

    def ended(self) -> int:
        """Waits for its end: its exit status, or the signal that ended it, below 0."""
        while not self._end:
            self.stops()
        return int(self._end)

    @property
    def said(self) -> str:
        return self._said.read_text()

    @property
    def steps(self) -> int:
        """How many steps on disk it took."""
        return int(self._said.with_suffix(".steps").read_text())


class Nursery:
    """One command at a time; `temporary` is where it puts what does not fit into memory."""

    def __init__(self, temporary: Path) -> None:
        self.temporary, self._orders = temporary, 0
        temporary.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"TMPDIR": str(temporary), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "tests.refresh.nursery"]
        self._running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._running.stdin
        self._running.stdin.close()
        self._running.wait()
        assert self._running.stdout
        self._running.stdout.close()

    def line(self) -> str:
        assert self._running.stdout
        return self._running.stdout.readline().strip()

    def start(self, folder: Path, *arguments: object, at: int = 0, sends: int = signal.SIGKILL) -> Child:
        """`liftledger refresh FOLDER ARGUMENTS`."""
        self._orders += 1
        said = self.temporary.with_name(f"{self.temporary.name}-{self._orders}.said")
        words = ["refresh", str(folder), "--threads", "1", *map(str, arguments)]
        order = Order(words, str(said), str(folder), at, int(sends))
        assert self._running.stdin
        self._running.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._running.stdin.flush()
        return Child(self, order)

    def refreshed(self, folder: Path, *arguments: object) -> Child:
        """A refresh that must succeed."""
        child = self.start(folder, *arguments)
        assert child.ended() == 0, child.said
        return child


def _born(order: Order) -> None:
    """In the child: runs the command, and never returns."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    said = os.open(order.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from liftledger.cli import main

    with _counting(order) as steps:
        status = main(order.arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    Path(order.said).with_suffix(".steps").write_text(str(len(steps)))
    os._exit(status)


@contextmanager
def _counting(order: Order) -> Iterator[list[str]]:
    from liftledger.engine.adapters.duck import Duck

    steps: list[str] = []
    counts = True

    def step(name: str) -> None:
        if counts:
            steps.append(name)
            if len(steps) == order.at:
                os.kill(os.getpid(), order.signal)

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STEPS or (event == "open" and _writes(order.folder, *arguments)):
            step(event)

    synced, executed = os.fsync, Duck._execute

    def fsync(number: int) -> None:
        step("fsync")
        synced(number)

    def execute(self: Duck, sql: str) -> list[tuple[Any, ...]]:
        if sql.lstrip().startswith(COPIES):
            step("copy")
        return executed(self, sql)

    os.fsync, Duck._execute = fsync, execute  # type: ignore[method-assign]
    sys.addaudithook(heard)
    try:
        yield steps
    finally:
        counts = False


def _writes(folder: str, path: object, _: object, flags: object) -> bool:
    return isinstance(path, str | os.PathLike) and str(path).startswith(folder) and bool(int(str(flags)) & WRITES)


def _serve() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    tempfile.gettempdir()  # finds out by a file, once a process
    for line in sys.stdin:
        order = msgspec.convert(json.loads(line), Order)
        child = os.fork()
        if child == 0:
            _born(order)
        _tell(child)
        _watch(child)


def _watch(child: int) -> None:
    """Tells of every stop, and of the end."""
    while True:
        _, found = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(found):
            return _tell(os.waitstatus_to_exitcode(found))
        _tell(STOPPED)


def _tell(what: object) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    _serve()
