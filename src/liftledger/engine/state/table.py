"""A table as it was when it was last read: what tells that a day of it changed, and what was in it."""

from pathlib import Path

import msgspec

from liftledger.domain.fact import Fact, Table
from liftledger.domain.provenance import Rejection, Source
from liftledger.engine.state.files import FileState, Seen, seen

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

    origin: Source
    columns: dict[str, str]  # name -> type, as read
    tokens: Tokens
    file: FileState | None = None  # that holds the table, where it tells all of it
    days: dict[int, int] = {}  # day -> rows that fit; of a fact that is read whole, none
    unfit: int = 0
    rejections: tuple[tuple[Rejection, ...], ...] = ()  # of each of the first rows that do not fit

    @property
    def place(self) -> str:
        return self.origin.place

    def source(self, fact: str) -> Source:  # noqa: ARG002, as FileState has it
        """As the provenance has it."""
        return self.origin


class TableLook(msgspec.Struct, frozen=True):
    """What can be seen of a table without asking an engine, beside what was known of it."""

    before: TableState | None
    seen: Seen | None = None  # the file that holds it, where that file tells all of it

    @property
    def unchanged(self) -> bool:
        """Whether it is certain that no row of it changed."""
        return self.before is not None and self.seen is not None and self.seen.unchanged

    def file(self, origin: Source) -> FileState | None:
        """What is to be known of the file next time."""
        if self.seen is None:
            return None
        if self.seen.unchanged:
            return self.seen.again()
        assert origin.sha256 is not None
        return FileState(self.seen.place, self.seen.print, self.seen.seen_ns, origin.sha256, None, {})


def look_at(fact: Fact, folder: Path, before: TableState | None) -> TableLook:
    """Hashes the file of a table where it seems to have changed; of tables elsewhere nothing can be seen."""
    assert isinstance(fact.source, Table) or "://" in fact.source.pattern
    if not isinstance(fact.source, Table) or not fact.source.database:
        return TableLook(before)
    path = folder / fact.source.database
    if not path.is_file() or any(path.with_name(path.name + ending).exists() for ending in LOGS):
        return TableLook(before)
    return TableLook(before, seen(path, fact.source.database, before and before.file))
