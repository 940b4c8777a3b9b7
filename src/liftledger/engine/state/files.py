"""Which files of a fact changed since they were last looked at, and in which way."""

import msgspec

from liftledger.domain.provenance import Rejection, Source

RACY = 2_000_000_000  # ns before a look within which a change may leave no other trace: file systems' clocks are coarse


class FileState(msgspec.Struct, frozen=True, tag="file"):
    """A file as it was when it was last read, and what was in it."""

    place: str
    bytes: int
    mtime_ns: int
    ctime_ns: int  # of it, unlike of mtime, nobody can choose the value
    inode: int
    seen_ns: int  # when it was last looked at, by the clock of this machine
    sha256: str
    dialect: str | None  # as Source has it
    columns: dict[str, str]  # name -> type, as read
    days: dict[int, int] = {}  # day -> rows that fit; {} of a fact that is read whole
    unfit: int = 0
    rejections: tuple[tuple[Rejection, ...], ...] = ()  # of each of the first rows that do not fit

    def source(self, fact: str) -> Source:
        """As the provenance has it."""
        return Source(fact, self.place, self.bytes, self.sha256, self.dialect)


class Change(msgspec.Struct, frozen=True):
    """What of a fact is not as it was, in words: «events/2026-04-20.parquet: new»."""

    place: str  # a file, a table, or the fact's name
    how: str

    def __str__(self) -> str:
        return f"{self.place}: {self.how}"
