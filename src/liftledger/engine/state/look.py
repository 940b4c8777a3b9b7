"""Which files of a fact changed since they were last looked at.

A file is told by its size, its times and its number on the disk; where one of them differs, by its hash. A change in
the very moment of a look may leave no other trace than a hash: a file that was changed shortly before it was looked at
is hashed again.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from liftledger.domain.fact import Fact
from liftledger.domain.grouping import grouped
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Rejection, Source
from liftledger.engine.sources.raw import DAMAGED, hashed
from liftledger.engine.sources.source import files

RACY = 2_000_000_000  # ns; file systems' clocks are coarse
LISTED = 3  # files named one by one; more are counted


class Mark(msgspec.Struct, frozen=True):
    """By what a file is told."""

    bytes: int
    mtime_ns: int
    ctime_ns: int  # which nobody can choose, unlike mtime: it tells of a file that was replaced by one like it
    inode: int


NOWHERE = Mark(0, 0, 0, 0)


class FileState(msgspec.Struct, frozen=True, tag="file"):
    """A file as it was last read, and what was in it."""

    place: str
    mark: Mark
    seen_ns: int  # when it was looked at, by the clock of this machine
    sha256: str
    dialect: str | None  # as Source has it
    columns: dict[str, str]  # name -> type, as read
    days: dict[int, int] = {}  # day -> rows that fit; of a fact that is read whole, none
    unfit: int = 0
    rejections: tuple[tuple[Rejection, ...], ...] = ()  # of each of the first rows that do not fit

    def source(self, fact: str) -> Source:
        """As the provenance has it."""
        return Source(fact, self.place, self.mark.bytes, self.sha256, self.dialect)

    @property
    def doubted(self) -> "FileState":
        """The same, to be read another time whatever the file holds by then."""
        return msgspec.structs.replace(self, mark=NOWHERE, sha256="")

    @property
    def folders(self) -> tuple[str, ...]:
        """Those above it that are called `column=value`: in Parquet, a column of its rows."""
        return tuple(one for one in Path(self.place).parent.parts if "=" in one)

    @property
    def racy(self) -> bool:
        """Whether it could have been changed after the look and still look the same."""
        return self.mark.ctime_ns > self.seen_ns - RACY


class Seen(msgspec.Struct, frozen=True):
    """A file as it is now, beside what was known of it."""

    path: Path
    place: str
    mark: Mark
    seen_ns: int
    sha256: str | None  # None: it cannot be read, and opening it will say why
    before: FileState | None

    @property
    def unchanged(self) -> bool:
        return self.before is not None and self.before.sha256 == self.sha256

    def again(self) -> FileState:
        """What was known of it, as of now."""
        assert self.before is not None
        return msgspec.structs.replace(self.before, mark=self.mark, seen_ns=self.seen_ns)


class Look(msgspec.Struct, frozen=True):
    """All files of a fact in their order, and those that are there no more."""

    files: tuple[Seen, ...]
    gone: tuple[FileState, ...] = ()

    @property
    def fresh(self) -> tuple[Seen, ...]:
        """Files that have to be read."""
        return tuple(one for one in self.files if not one.unchanged)

    @property
    def kept(self) -> tuple[Seen, ...]:
        return tuple(one for one in self.files if one.unchanged)

    @property
    def changed(self) -> bool:
        return bool(self.gone or self.fresh)

    @property
    def days(self) -> set[int]:
        """Days that files which changed since held, and those that are gone."""
        before = [one.before for one in self.fresh if one.before is not None]
        return {day for one in (*before, *self.gone) for day in one.days}

    @property
    def added(self) -> bool:
        """Whether files came in addition to those that are known, and nothing else changed."""
        return bool(self.fresh and self.kept) and not self.gone and all(one.before is None for one in self.fresh)

    @property
    def hashes(self) -> dict[Path, str]:
        return {one.path: one.sha256 for one in self.files if one.sha256 is not None}

    def forgotten(self) -> "Look":
        """As if nothing had been known: all files have to be read."""
        return Look(tuple(msgspec.structs.replace(one, before=None) for one in self.files))


def look(fact: Fact, folder: Path, before: Sequence[FileState]) -> Look | Mistake:
    """Hashes only files that seem to have changed, and reads no row."""
    found = files(fact, folder)
    if isinstance(found, Mistake):
        return found
    known = {one.place: one for one in before}
    now = tuple(seen(path, place, known.get(place)) for path, place in found.items())
    return Look(now, tuple(one for place, one in known.items() if place not in found.values()))


def changes(fact: str, found: Look) -> Iterator[tuple[str, str]]:
    """Where and what is not as it was, in words."""
    groups = {
        "new": [one.place for one in found.fresh if one.before is None],
        "changed": [one.place for one in found.fresh if one.before is not None],
        "gone": [one.place for one in found.gone],
    }
    for how, places in groups.items():
        if len(places) > LISTED:
            yield fact, f"{grouped(len(places))} files {how}"
        else:
            yield from ((place, how) for place in places)


def mark(path: Path) -> Mark:
    """Of a file as it is now. Raises OSError."""
    status = path.stat()
    return Mark(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def stayed(folder: Path, state: FileState) -> bool:
    """Whether a file is as it was when it was looked at: else nobody knows which bytes were read since."""
    try:
        return mark(folder / state.place) == state.mark
    except OSError:
        return False


def seen(path: Path, place: str, before: FileState | None) -> Seen:
    """Hashes a file where it seems to have changed."""
    now = time.time_ns()
    try:
        told = mark(path)
        same = before is not None and before.mark == told and not before.racy
        return Seen(path, place, told, now, before.sha256 if before and same else hashed(path), before)
    except DAMAGED:
        return Seen(path, place, NOWHERE, now, None, before)
