"""A fact's files: those that changed are read, and of the others those that hold rows of the same days."""

from collections.abc import Collection, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.columns import FITS, Columns
from liftledger.engine.engine import Engine
from liftledger.engine.facts import LISTED, refused
from liftledger.engine.misfits import rejected
from liftledger.engine.render import column
from liftledger.engine.sources.raw import PART, Part, Raw
from liftledger.engine.sources.source import checked, open_files
from liftledger.engine.state.days import Measured, dated, is_whole, measure, measure_parts, together, union
from liftledger.engine.state.kept import DAY
from liftledger.engine.state.look import FileState, Look, Seen
from liftledger.engine.state.span import of_days
from liftledger.engine.state.supply import Arrived, Supply

MANY = 8  # files that are likely to be one a day, or the like
UNREAD = exp.select(exp.null())  # in place of the rows of files that are known and not opened


class _Read(msgspec.Struct, frozen=True):
    """Files as a table of typed rows, and what one pass over them told."""

    columns: Columns
    table: str
    measured: Sequence[Measured]  # parts are places

    @property
    def unfit(self) -> int:
        return sum(one.state.rows for one in self.measured if one.day is None)

    @property
    def days(self) -> frozenset[int]:
        return frozenset(one.day for one in self.measured if one.day is not None)

    @property
    def only(self) -> dict[str, int] | None:
        """The only day of each of many parts."""
        found = {str(one.part): one.day for one in self.measured if one.day is not None}
        many = len(self.columns.raw.parts) >= MANY and not self.columns.parsing
        return found if many and len(found) == len(self.measured) else None

    def rows(self) -> exp.Query:
        """Those that fit, with their day."""
        query = exp.select(*(column(one.name) for one in self.columns.held), column(DAY)).from_(self.table)
        return query.where(column(FITS)) if self.columns.raw.fact.reject else query


class FileSupply(Supply):
    """The files of one fact."""

    def __init__(self, engine: Engine, fact: Fact, found: Look) -> None:
        self.is_whole = is_whole(fact)
        self._engine, self._fact, self._look = engine, fact, found
        self._raws: list[Raw] = []  # that were opened
        self._fresh: _Read | None = None

    @property
    def changed(self) -> bool:
        return self._look.changed

    def forget(self) -> None:
        self._look, self._fresh = self._look.forgotten(), None

    def open(self) -> Raw | tuple[Mistake, ...]:
        fresh = self._open(self._look.fresh, "fresh") if self._look.fresh else None
        if isinstance(fresh, tuple):
            return fresh
        own = {} if fresh is None else {part.place: part for part in fresh.parts}
        parts = tuple(own.get(one.place) or _unread(one) for one in self._look.files)
        return checked(Raw(self._fact, parts, UNREAD, (), text=False))

    def opened(self) -> Raw:
        parts = tuple(part for raw in self._raws for part in raw.parts)
        return Raw(self._fact, parts, UNREAD, tuple(one for raw in self._raws for one in raw.sources), text=False)

    def whole(self) -> Raw | tuple[Mistake, ...]:
        if self._raws and not self._look.kept:
            return self._raws[-1]
        return self._open(self._look.files, "all")

    def since(self, day: int) -> Raw | tuple[Mistake, ...]:
        earlier = {one.place for one in self._look.kept if one.before and all(held < day for held in one.before.days)}
        files = [one for one in self._look.files if one.place not in earlier]
        return self._open(files, f"since_{len(self._raws)}") if 0 < len(files) < len(self._look.files) else self.whole()

    def parts(self, raw: Raw) -> tuple[FileState, ...]:
        return self._states(raw)

    def arrived(self, *, number: bool, alone: bool = True) -> Arrived | tuple[Mistake, ...]:
        everything, added = not self._look.kept, alone and self._look.added
        if self._look.fresh and self._fresh is None:
            self._fresh = self._read(self._raws[-1], "fresh", number, kept=not everything)
        fresh = self._fresh
        if fresh is not None and fresh.unfit and not self._fact.reject:
            return refused(self._engine, fresh.columns, fresh.unfit)
        days = self._days_before() | (fresh.days if fresh else frozenset())
        rest = None if added else self._rest(days, number=number, needed=fresh is None)
        if isinstance(rest, tuple):
            return rest
        read = [one for one in (fresh, rest) if one is not None]
        states = self._states(fresh.columns.raw, fresh) if fresh else tuple(one.again() for one in self._look.files)
        measured = [one for each in read for one in each.measured if one.day is not None]
        return Arrived(
            raw=read[0].columns.raw,
            days=days,
            rows=union([one.rows() for one in read]),
            supplied={day: sum(state.days.get(day, 0) for state in states) for day in days},
            measured=None
            if self._fact.id
            else {
                day: together(self._fact, [one.state for one in measured if one.day == day])
                for day in {one.day for one in measured if one.day is not None}
            },
            parts=states,
            everything=everything,
            added=added,
            only=fresh.only if fresh is not None and everything and isinstance(self._engine, Duck) else None,
        )

    def _open(self, seen: Sequence[Seen], label: str) -> Raw | tuple[Mistake, ...]:
        places = {one.path: one.place for one in seen}
        own = f"{label}_{self._fact.name}"
        found = open_files(self._engine, self._fact, places, hashes=self._look.hashes, label=own)
        if isinstance(found, Raw):
            self._raws.append(found)
        return found

    def _read(self, raw: Raw, label: str, number: bool, *, kept: bool, days: Collection[int] | None = None) -> _Read:
        """Types and measures rows, of some days only; of a fact with an id, where rows may repeat, they are counted."""
        columns = Columns(raw if days is None else of_days(raw, days), number)
        table = f"{label}_{self._fact.name}"
        query, places = dated(columns, days)
        (self._engine.table if kept or columns.parsing else self._engine.view)(table, query)
        if self._fact.id is not None or len(raw.parts) < MANY:
            found = measure(self._engine, columns, table, (PART, DAY), plain=self._fact.id is not None)
        else:
            found = measure_parts(self._engine, columns, table)
        return _Read(columns, table, [msgspec.structs.replace(one, part=places[one.part or 0]) for one in found])

    def _days_before(self) -> frozenset[int]:
        """Days of rows that were in files which changed or are gone."""
        before = [one.before for one in self._look.fresh if one.before is not None]
        return frozenset(day for one in (*before, *self._look.gone) for day in one.days)

    def _rest(self, days: Collection[int], *, number: bool, needed: bool) -> _Read | tuple[Mistake, ...] | None:
        """Rows of these days in files that did not change."""
        files = [one for one in self._look.kept if one.before and not one.before.days.keys().isdisjoint(days)]
        if not files and needed:
            files = list(self._look.kept[:1])  # no row is left on these days, and this is how no rows look
        if not files:
            return None
        raw = self._open(files, "rest")
        return raw if isinstance(raw, tuple) else self._read(raw, "rest", number, kept=True, days=days)

    def _states(self, raw: Raw, read: _Read | None = None) -> tuple[FileState, ...]:
        parts = {part.place: part for part in raw.parts}
        sources = {source.place: source for source in raw.sources}
        states = []
        for one in self._look.files:
            if one.unchanged:
                states.append(one.again())
                continue
            source, part = sources[one.place], parts[one.place]
            assert source.sha256 is not None
            state = FileState(one.place, one.mark, one.seen_ns, source.sha256, source.dialect, part.columns)
            states.append(state if read is None else self._filled(state, part, read))
        return tuple(states)

    def _filled(self, state: FileState, part: Part, read: _Read) -> FileState:
        """With what was in the file."""
        own = [one for one in read.measured if one.part == part.place]
        unfit = sum(one.state.rows for one in own if one.day is None)
        days = {one.day: one.state.rows for one in own if one.day is not None}
        own_rows = msgspec.structs.replace(read.columns, raw=msgspec.structs.replace(read.columns.raw, parts=(part,)))
        rejections = rejected(self._engine, own_rows, LISTED) if unfit else ()
        return msgspec.structs.replace(state, days=days, unfit=unfit, rejections=rejections)


def _unread(seen: Seen) -> Part:
    assert seen.before is not None
    return Part(seen.place, seen.before.columns, UNREAD)
