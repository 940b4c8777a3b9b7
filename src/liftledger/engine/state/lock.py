"""The lock of a state: one refresh at a time, and who it is. The system frees it at the end of its process."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.state.files import writing

STATE = "state"  # folder beside the definitions
FILE, IGNORING = "lock", ".gitignore"
PATIENCE = 1  # seconds for a holder to say who it is
IGNORED = (
    "# What liftledger refresh keeps from one time to the next. "
    "This folder may be deleted: the next refresh makes it again.\n*\n"
)


class Holder(msgspec.Struct, frozen=True):
    """Who refreshes."""

    process: int
    host: str
    since: str  # UTC

    def __str__(self) -> str:
        return f"since {self.since} UTC (process {self.process} on {self.host})"


def is_state(folder: Path) -> bool:
    """Whether a folder is a refresh's: nothing in it is a user's. Somebody may have removed the lock alone."""
    if (folder / FILE).is_file():
        return True
    try:
        return (folder / IGNORING).read_text("utf-8") == IGNORED
    except (OSError, UnicodeDecodeError):
        return False


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds FOLDER/state, which is made where there is none. Raises Mistakes: another holds it, or it is no such."""
    with writing(folder):
        lock = _opened(folder)
    try:
        with writing(folder):
            _hold(lock, folder)
            _tell(lock)
        try:
            yield
        finally:
            os.ftruncate(lock, 0)
    finally:
        os.close(lock)


def _opened(folder: Path) -> int:
    if _is_a_users(folder):
        found = "it is there already, and no refresh has made it"
        raise Mistakes((Mistake(str(folder), None, found, "name it otherwise: a refresh keeps its tables there"),))
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
    ignoring = folder / IGNORING
    if not ignoring.exists():
        ignoring.write_text(IGNORED, encoding="utf-8")
    return lock


def _is_a_users(folder: Path) -> bool:
    return folder.exists() and not is_state(folder) and (not folder.is_dir() or any(folder.iterdir()))


def _hold(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        found = f"a refresh runs {_holder(lock)}"
        raise Mistakes((Mistake(str(folder), None, found, "wait until it has ended"),)) from None


def _tell(lock: int) -> None:
    """In one piece: who meets the lock reads all of it or none."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    holder = msgspec.json.encode(Holder(os.getpid(), socket.gethostname(), since))
    os.pwrite(lock, holder, 0)
    os.ftruncate(lock, len(holder))


def _holder(lock: int) -> str:
    """What the holder says of itself; it may have come just now."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return str(msgspec.json.decode(os.pread(lock, 4096, 0), type=Holder))
        except (msgspec.DecodeError, UnicodeDecodeError):
            if time.monotonic() > until:
                return "already"
        time.sleep(0.01)
