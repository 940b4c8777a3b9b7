"""A table as it was when it was last read: what tells that a day of it changed, and what was in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from liftledger.domain.fact import Fact, Files
from liftledger.domain.provenance import Rejection, Source
from liftledger.engine.sources.raw import arrival
from liftledger.engine.state.look import FileState, Seen, seen

LOGS = (".wal", "-wal")  # files of DuckDB and SQLite beside the database that hold what is not in it yet


class Token(msgspec.Struct, frozen=True):
    """What stands for the rows of a day; text, for JSON's numbers end at 64 bits."""

    rows: int
    mark: str


NOTHING = Token(0, "")


class Tokens(msgspec.Struct, frozen=True):
    """Of all rows of a table; those whose time cannot be read are of no day."""

    days: dict[int, Token]
    undated: Token = NOTHING

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.days.values()) + self.undated.rows

    def unlike(self, other: "Tokens") -> frozenset[int]:
        """Days that one of the two has, or holds otherwise."""
        days = self.days.keys() | other.days.keys()
        return frozenset(day for day in days if self.days.get(day) != other.days.get(day))


class TableState(msgspec.Struct, frozen=True, tag="table"):
    """A table of the engine, or of a DuckDB or SQLite file."""

    place: str  # as mistakes name it
    origin: Source
    columns: dict[str, str]  # name -> type of those that are used, as read
    tokens: Tokens
    settled: bool = False  # whether any change since would have changed the hash of its origin
    file: FileState | None = None  # that holds the table, where it tells all of it
    days: dict[int, int] = {}  # day -> rows that fit; of a fact that is read whole, none
    unfit: int = 0
    rejections: tuple[tuple[Rejection, ...], ...] = ()  # of each of the first rows that do not fit

    @property
    def content(self) -> tuple[Any, ...]:
        """What tells its rows from others, to be hashed."""
        return sorted(self.columns.items()), sorted(self.tokens.days.items()), self.tokens.undated

    def source(self, fact: str) -> Source:
        """As the provenance has it."""
        return msgspec.structs.replace(self.origin, fact=fact)


PartState = FileState | TableState


class TableLook(msgspec.Struct, frozen=True):
    """What can be seen of a table without asking an engine, beside what was known of it."""

    place: str
    before: TableState | None
    seen: Seen | None = None  # the file that holds it, where that file tells all of it

    @property
    def unchanged(self) -> bool:
        """Whether it is certain that no row of it changed."""
        return self.before is not None and self.seen is not None and self.seen.unchanged

    @property
    def hashes(self) -> dict[Path, str]:
        return {} if self.seen is None or self.seen.sha256 is None else {self.seen.path: self.seen.sha256}

    def again(self, origin: Source | None = None) -> TableState:
        """What was known of it, as of now."""
        assert self.before is not None
        origin = origin or self.before.origin
        return msgspec.structs.replace(self.before, origin=origin, file=self.file(origin))

    def file(self, origin: Source) -> FileState | None:
        """What is to be known of the file next time."""
        if self.seen is None:
            return None
        if self.seen.unchanged:
            return self.seen.again()
        assert origin.sha256 is not None
        return FileState(self.seen.place, self.seen.mark, self.seen.seen_ns, origin.sha256, None, {})

    def forgotten(self) -> "TableLook":
        """As if nothing had been known: all rows have to be read."""
        return TableLook(self.place, None, self.seen)

    def how(self, fact: Fact, *, whole: bool) -> str:
        """What has to be done to know what changed, in words."""
        file = "" if self.seen is None else "its file changed: "
        if arrival(fact) is None:
            return f"{file}{'its rows are' if whole else 'each of its days is'} compared with the last time"
        what = "its rows" if whole else "the rows of each day"
        return f"{file}{what} are counted, and when the last arrived; what was corrected in place only --full sees"


def look_at(fact: Fact, folder: Path, before: Sequence[PartState]) -> TableLook:
    """Hashes the file of a table where it seems to have changed; of tables elsewhere nothing can be seen."""
    place = fact.source.pattern if isinstance(fact.source, Files) else fact.source.name
    known = next((one for one in before if isinstance(one, TableState)), None)
    if isinstance(fact.source, Files) or not fact.source.database:
        return TableLook(place, known)
    path = folder / fact.source.database
    place = f"{fact.source.database}:{place}"
    if not path.is_file() or any(_holds(path.with_name(path.name + ending)) for ending in LOGS):
        return TableLook(place, known)
    return TableLook(place, known, seen(path, fact.source.database, known.file if known else None))


def _holds(log: Path) -> bool:
    """SQLite leaves empty ones behind."""
    return log.exists() and log.stat().st_size > 0
