"""A PostgreSQL server of the tests' own: Debian's programs, a temporary folder, a free port of this machine."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps those that are not in PATH, by version
MISSING = "the tests need PostgreSQL's own programs (initdb, postgres): apt-get install postgresql"
ORDINARY = ("postgres", "nobody")  # it does not run as root
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "log_min_messages": "fatal",
}
PATIENCE = 60  # seconds


class Server(msgspec.Struct, frozen=True):
    """A server that runs; whoever asks on this machine is its superuser."""

    port: int

    def address(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, values: Sequence[Any] = (), *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs one statement by itself, as the superuser."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def database(self, name: str, *, icu: str | None = None) -> str:
        """A new, empty database in UTF-8 and its address; `icu` sorts its texts as a language does, such as 'en-US'."""
        self.drop(name)
        sorted_by = "LOCALE 'C.UTF-8'" if icu is None else f"LOCALE_PROVIDER icu ICU_LOCALE '{icu}' LOCALE 'C.UTF-8'"
        self.run(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' {sorted_by}")
        return self.address(name)

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def server() -> Iterator[Server]:
    """Starts one, and stops it whatever happens."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="liftledger-pg-"))
    who = _ordinary()
    if who:
        os.chown(folder, pwd.getpwnam(who["user"]).pw_uid, -1)
    try:
        _initialise(programs, folder, who)
        running, process = _started(programs, folder, who)
        try:
            yield running
        finally:
            process.send_signal(signal.SIGINT)  # ends its sessions and then itself
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    versions = [path for path in PROGRAMS.glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    if found is None:
        pytest.fail(MISSING)
    return Path(found).resolve().parent


def _ordinary() -> dict[str, Any]:
    """As whom programs are run that refuse root."""
    if os.geteuid() != 0:
        return {}
    known = {one.pw_name for one in pwd.getpwall()}
    name = next(name for name in ORDINARY if name in known)
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, who: dict[str, Any]) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    command = [str(programs / "initdb"), f"--pgdata={folder / 'data'}", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, **who)
    assert done.returncode == 0, done.stderr


def _started(programs: Path, folder: Path, who: dict[str, Any]) -> tuple[Server, subprocess.Popen[bytes]]:
    running = Server(_free_port())
    settings = {**SETTINGS, "port": str(running.port), "unix_socket_directories": str(folder)}
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as stream:
        # a session of its own: Ctrl-C ends the tests, and they end the server
        process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=folder, start_new_session=True, **who)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            running.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
                continue
            process.kill()
            process.wait(PATIENCE)
            raise RuntimeError(log.read_text(errors="replace")) from None
        return running, process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
