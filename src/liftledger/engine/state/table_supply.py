"""A fact's table: its days are compared with those of the last time, and the rows of those that differ are read."""

import time
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
from liftledger.engine.misfits import rejected
from liftledger.engine.render import column
from liftledger.engine.sources.raw import Part, Raw, used
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.days import dated, is_whole, measure
from liftledger.engine.state.kept import DAY
from liftledger.engine.state.look import RACY
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
        self._opened_ns = 0
        self._tokens: Tokens | None = None  # once its days are looked at

    @property
    def changed(self) -> bool:
        if self._look.unchanged:
            return False
        before = self._before
        if before is None or self._is_typed_otherwise():
            return True
        [origin] = self.opened().sources
        listed_so_before = before.settled and before.origin.sha256 == origin.sha256
        return not listed_so_before and before.tokens != self._now()

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
            opened_ns = time.time_ns()
            found = open_source(self._engine, self._fact, self._folder, hashes=self._look.hashes)
            if isinstance(found, tuple):
                return found
            self._raw, self._opened_ns = found, opened_ns
        return self._raw

    def since(self, day: int) -> Raw | tuple[Mistake, ...]:
        raw = self.whole()
        if isinstance(raw, tuple):
            return raw
        return of_days(raw, [held for held in self._now().days if held >= day])

    def parts(self, raw: Raw) -> tuple[TableState, ...]:
        if not self.changed:
            again = self._look.again(self._raw.sources[0] if self._raw else None)
            return (msgspec.structs.replace(again, settled=self._settled()),)
        [part], [source] = raw.parts, raw.sources
        columns = {name: part.columns[name] for name in used(self._fact)}
        file = self._look.file(source)
        return (TableState(part.place, source, columns, self._now(), self._settled(), file),)

    def arrived(self, *, number: bool, alone: bool = True) -> Arrived | tuple[Mistake, ...]:  # noqa: ARG002
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
        rejections = rejected(self._engine, Columns(raw, number), LISTED) if unfit else ()
        return Arrived(
            raw=raw,
            days=days,
            rows=self._rows(columns, table),
            supplied={day: fitting.get(day, 0) for day in days},
            measured=None if self._fact.id else measured,
            parts=(_filled(state, fitting, unfit, rejections),),
            everything=everything,
        )

    def _settled(self) -> bool:
        """Whether a file that changed since the look at their list cannot have the time of change that it had then."""
        newest = self.opened().newest_ms
        return newest is not None and newest * 1_000_000 < self._opened_ns - RACY

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


def _filled(
    state: TableState, days: Mapping[int, int], unfit: int, rejections: tuple[tuple[Rejection, ...], ...]
) -> TableState:
    """With what was in the table."""
    return msgspec.structs.replace(state, days=dict(sorted(days.items())), unfit=unfit, rejections=rejections)
