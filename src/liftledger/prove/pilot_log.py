"""The log of a pilot, `FOLDER/pilot.jsonl`: what was registered, and each change of state. Lines are only added.

Each line holds the SHA-256 of the line before it, and of the criteria that it registers, so that a changed past shows.
Of any other end only who wrote the last hash down elsewhere can tell.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.pilot import Log, Pilot, State

NAME = "pilot.jsonl"
BEGINNING = "0" * 64  # before the first line
CURE = "put back the copy that is whole: without it nobody can tell where the pilot stands, and nothing is written"


class Terms(msgspec.Struct, frozen=True):
    """What is registered: the pilot, and what its criteria mean."""

    pilot: Pilot
    money: dict[str, float]  # line -> money a month of one unit of its effect
    metrics: dict[str, str]  # metric -> sha256 of its definition
    studies: dict[str, str]


class Registered(msgspec.Struct, frozen=True, tag="registered"):
    """The first time, and again whenever the definitions say something else."""

    sha256: str  # of the terms
    terms: Terms
    changes: tuple[str, ...] = ()  # against what was registered before, sentences


class Turned(msgspec.Struct, frozen=True, tag="state"):
    """The pilot came to stand otherwise."""

    state: State
    date: str  # of its beginning
    reason: str


class Released(msgspec.Struct, frozen=True, tag="released"):
    """A tranche was released."""

    tranche: str


class Entry(msgspec.Struct, frozen=True):
    """One line."""

    previous: str  # sha256 of the line before, without its end
    as_of: str  # ISO day: the date of the report that was looked at
    written: str  # UTC
    what: Registered | Turned | Released


class Written(msgspec.Struct, frozen=True):
    """A log as it was read."""

    entries: tuple[Entry, ...]
    head: str  # sha256 of the last line
    torn: int = 0  # bytes after the last whole line: somebody was stopped while writing
    ended: bool = True  # the last whole line has its end

    def by(self, day: str) -> "Written":
        """As it was by the looks of a day and before: no look is of an earlier day than the one before it."""
        for number, entry in enumerate(self.entries):
            if entry.as_of > day:
                return Written(self.entries[:number], entry.previous)
        return self

    @property
    def told(self) -> Log | None:
        return Log(len(self.entries), self.head) if self.entries else None


def hashed(terms: Terms) -> str:
    """SHA-256 of what is registered."""
    return hashlib.sha256(msgspec.json.encode(terms, order="sorted")).hexdigest()


def read_log(folder: Path) -> Written:
    """What is there; nothing where there is no log. Raises Mistakes where the chain does not hold."""
    path = folder / NAME
    try:
        return _read(path.read_bytes())
    except FileNotFoundError:
        if path.is_symlink():
            found = f"it points to {path.readlink()}, which is not there"
            raise Mistakes((Mistake(NAME, None, found, "bring that file back"),)) from None
        return _read(b"")


class Appending:
    """A log that this process alone may write to."""

    def __init__(self, opened: int, found: Written) -> None:
        self._opened = opened
        self.written = found

    def append(self, as_of: str, now: str, what: Registered | Turned | Released) -> None:
        """On the disk when it returns."""
        entry = Entry(self.written.head, as_of, now, what)
        line = msgspec.json.encode(entry, order="sorted")
        whole = line + b"\n" if self.written.ended else b"\n" + line + b"\n"
        while whole:
            whole = whole[os.write(self._opened, whole) :]
        os.fsync(self._opened)
        head = hashlib.sha256(line).hexdigest()
        entries = (*self.written.entries, entry)
        self.written = msgspec.structs.replace(self.written, entries=entries, head=head, ended=True)


@contextmanager
def appending(folder: Path) -> Iterator[Appending]:
    """The log, once nobody else writes to it; a torn end is cut off, and still told. Raises OSError, and Mistakes."""
    opened = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        content = _content(opened)
        found = _read(content)
        if found.torn:
            os.ftruncate(opened, len(content) - found.torn)
            os.fsync(opened)
        if not content:
            _flush(folder)
        yield Appending(opened, found)
    finally:
        os.close(opened)


def _content(opened: int) -> bytes:
    parts = []
    while part := os.read(opened, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _flush(folder: Path) -> None:
    """That there is such a file is on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _read(content: bytes) -> Written:
    *lines, rest = content.split(b"\n")
    ended = not (rest and _entry(rest))  # an editor may have taken the end of the last line
    if not ended:
        lines, rest = [*lines, rest], b""
    entries: list[Entry] = []
    previous = BEGINNING
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is None:
            raise _broken(number, "it is no entry of a pilot's log")
        if entry.previous != previous:
            raise _broken(number, _gap(number))
        if isinstance(entry.what, Registered) and entry.what.sha256 != _registered(line):
            raise _broken(number, "what is registered there does not have the SHA-256 that is given with it")
        entries.append(entry)
        previous = hashlib.sha256(line).hexdigest()
    return Written(tuple(entries), previous, len(rest), ended)


def _entry(line: bytes) -> Entry | None:
    try:
        entry = msgspec.json.decode(line, type=Entry)
        date.fromisoformat(entry.as_of)
        if isinstance(entry.what, Turned):
            date.fromisoformat(entry.what.date)
    except (ValueError, RecursionError):  # of which msgspec's own errors are some
        return None
    return entry


def _registered(line: bytes) -> str:
    """SHA-256 of the terms as they stand there, which a newer program may read with more in them."""
    terms = msgspec.json.decode(line)["what"]["terms"]
    return hashlib.sha256(msgspec.json.encode(terms, order="sorted")).hexdigest()


def _gap(number: int) -> str:
    if number == 1:
        return "it is not the first line that was written"
    return f"it does not follow line {number - 1}: that line was changed, or one between them is gone"


def _broken(number: int, found: str) -> Mistakes:
    return Mistakes((Mistake(f"{NAME} line {number}", None, found, CURE),))
