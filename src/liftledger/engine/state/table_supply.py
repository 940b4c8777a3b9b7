"""A fact's table: its days are compared with those of the last time, and the rows of those that differ are read."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Rejection
from liftledger.engine.columns import FITS, Columns
from liftledger.engine.engine import Engine
from liftledger.engine.facts import LISTED, refused
from liftledger.engine.misfits import misfits
from liftledger.engine.render import column
from liftledger.engine.sources.raw import Part, Raw, used
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.days import dated, is_whole, measure
from liftledger.engine.state.kept import DAY
from liftledger.engine.state.span import of_days
from liftledger.engine.state.supply import Arrived, Supply
from liftledger.engine.state.table import TableLook, TableState, Tokens
from liftledger.engine.state.tokens import tokens

UNREAD = exp.select(exp.null())  # in place of the rows of a table that did not change and is not opened


class TableSupply(Supply):
    """The table of one fact."""

    def __init__(self, engine: Engine, fact: Fact, folder: Path, found: TableLook) -> None:
        self.is_whole = is_whole(fact)
        self._engine, self._fact, self._folder = engine, fact, folder
        self._look, self._before = found, found.before
        self._raw: Raw | None = None  # once it is opened
        self._tokens: Tokens | None = None  # once its days are looked at

    @property
    def changed(self) -> bool:
        if self._look.unchanged:
            return False
        return self._before is None or self._is_typed_otherwise() or self._before.tokens != self._now()

    def forget(self) -> None:
        self._look, self._before = self._look.forgotten(), None

    def open(self) -> Raw | tuple[Mistake, ...]:
        if self._look.unchanged and self._before is not None:
            part = Part(self._before.place, self._before.columns, UNREAD)
            return Raw(self._fact, (part,), UNREAD, (), text=False)
        return self.whole()

    def opened(self) -> Raw:
        return self._raw or Raw(self._fact, (), UNREAD, (), text=False)

    def whole(self) -> Raw | tuple[Mistake, ...]:
        if self._raw is None:
            found = open_source(self._engine, self._fact, self._folder)
            if isinstance(found, tuple):
                return found
            self._raw = found
        return self._raw

    def parts(self, raw: Raw) -> tuple[TableState, ...]:
        if not self.changed:
            return (self._look.again(self._raw.sources[0] if self._raw else None),)
        [part], [source] = raw.parts, raw.sources
        return (TableState(part.place, source, part.columns, self._now(), self._look.file(source)),)

    def arrived(self, *, number: bool) -> Arrived | tuple[Mistake, ...]:
        raw, now = self.opened(), self._now()
        before = {} if self._before is None else self._before.days
        days = self._days()
        everything = days >= now.days.keys()
        columns = Columns(raw if everything else of_days(raw, days), number)
        table = self._read(columns, None if everything else days, everything=everything)
        found = measure(self._engine, columns, table, (DAY,), plain=self._fact.id is not None)
        measured = {one.day: one.state for one in found if one.day is not None}
        fitting = {day: rows for day, rows in before.items() if day not in days}
        fitting |= {day: one.rows for day, one in measured.items()}
        unfit = now.rows - sum(fitting.values())
        if unfit and not self._fact.reject:
            return refused(self._engine, Columns(raw, number), unfit)
        [state] = self.parts(raw)
        rejections = _rejections(self._engine, Columns(raw, number)) if unfit else ()
        return Arrived(
            raw=raw,
            days=days,
            rows=self._rows(columns, table),
            supplied={day: fitting.get(day, 0) for day in days},
            measured=None if self._fact.id else measured,
            parts=(_filled(state, fitting, unfit, rejections),),
            everything=everything,
        )

    def _now(self) -> Tokens:
        """What the days of the table are, which is read for it once."""
        if self._tokens is None:
            self._tokens = tokens(self._engine, self.opened(), whole=self.is_whole)
        return self._tokens

    def _days(self) -> frozenset[int]:
        """Days that differ from the last time; all where columns are of other types now."""
        before, now = self._before, self._now()
        if before is None:
            return frozenset(now.days)
        if self._is_typed_otherwise():
            return frozenset(now.days) | frozenset(before.tokens.days)
        return now.unlike(before.tokens)

    def _is_typed_otherwise(self) -> bool:
        assert self._before is not None
        before, now = self._before.columns, self.opened().columns
        return any(before.get(name) != now[name] for name in used(self._fact))

    def _read(self, columns: Columns, days: frozenset[int] | None, *, everything: bool) -> str:
        """The typed rows under a name."""
        table = f"fresh_{self._fact.name}"
        keep = self._engine.view if everything and not columns.parsing else self._engine.table
        keep(table, dated(columns, days)[0])
        return table

    def _rows(self, columns: Columns, table: str) -> exp.Query:
        query = exp.select(*(column(one.name) for one in columns.held), column(DAY)).from_(table)
        return query.where(column(FITS)) if self._fact.reject else query


def _rejections(engine: Engine, columns: Columns) -> tuple[tuple[Rejection, ...], ...]:
    """Of each of the first rows that do not fit."""
    rows: dict[int, list[Rejection]] = {}
    for one in misfits(engine, columns, LISTED):
        rows.setdefault(one.turn, []).append(one.at)
    return tuple(tuple(row) for row in rows.values())


def _filled(
    state: TableState, days: Mapping[int, int], unfit: int, rejections: tuple[tuple[Rejection, ...], ...]
) -> TableState:
    """With what was in the table."""
    return msgspec.structs.replace(state, days=dict(sorted(days.items())), unfit=unfit, rejections=rejections)
