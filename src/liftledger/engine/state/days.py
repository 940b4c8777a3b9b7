"""A dated fact day by day: what is known of the rows of each, so that only changed days are read again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.instant import DAY as LENGTH
from liftledger.engine.amounts import SPOKEN, amounts, measured, span, texts
from liftledger.engine.columns import AT, FITS, ID, TYPED, Columns, held
from liftledger.engine.engine import Engine
from liftledger.engine.facts import LISTED, Loaded, spoken
from liftledger.engine.render import column, commented, integer, named, when
from liftledger.engine.sources.raw import PART, Part, by_part
from liftledger.engine.state.kept import DAY, Kept, within
from liftledger.engine.state.look import FileState, stayed
from liftledger.engine.state.table import PartState, TableState
from liftledger.engine.template import fill

WHOLE = 0  # the one day of a fact that is always read whole
NAMED = 64  # parts that one statement names
TEXTS = 1000  # different texts of a day that are kept


class DayState(msgspec.Struct, frozen=True):
    """What `Loaded` says, of one day's rows; columns have the names of the fact's table."""

    rows: int
    supplied: int  # rows that fit, before those that repeat were left out
    first: int | None
    last: int | None
    sums: dict[str, int]
    missing: dict[str, int] = {}
    negative: dict[str, int] = {}
    merged: int = 0
    texts: dict[str, tuple[str, ...] | None] = {}  # of the columns that metrics go by; None: too many to keep


class Measured(msgspec.Struct, frozen=True):
    """What one pass told of the rows of one part and one day; day None: they do not fit."""

    part: int | str | None
    day: int | None
    state: DayState


class Strangers(msgspec.Struct, frozen=True):
    """Units of a fact's rows that another fact does not know, or knows no parent of."""

    known: str  # the other fact
    column: str | None  # its column of the parent; None: to be named there is enough
    roll: str  # table of the store with whom it knew
    rows: int
    units: int
    kept: Kept  # (_day, _unit, _rows)


class FactState(msgspec.Struct, frozen=True):
    """All that is needed to give back `Loaded` without reading."""

    key: str  # hash of the fact's definition and of how this program reads it
    number: bool  # its units are integers
    parts: tuple[PartState, ...]
    days: dict[int, DayState]
    ids: Kept | None = None  # (_day, _id) of a dated fact with an id
    roll: str | None = None  # table of the store: the units of a fact that others ask about, with their parents
    strangers: tuple[Strangers, ...] = ()
    doubts: int = 0  # how often files changed while they were read, so that their hashes do not tell what was

    @property
    def content(self) -> str:
        """A hash that tells its rows from all others: of the files' bytes, or of what tells a table's days apart.

        Where a file lies is of its rows as far as its folders are called `column=value`.
        """
        files = sorted((part.sha256, *part.folders) for part in self.parts if isinstance(part, FileState))
        tables = [part.content for part in self.parts if isinstance(part, TableState)]
        return sha256(msgspec.json.encode((self.key, self.number, files, tables, self.doubts))).hexdigest()

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables of the store that it rests on."""
        kept = [one.kept for one in self.strangers] + ([self.ids] if self.ids else [])
        rolls = [self.roll] if self.roll else []
        return frozenset(
            [*rolls, *(one.roll for one in self.strangers), *(name for one in kept for name in one.tables)]
        )

    def checked(self, folder: Path) -> "FactState":
        """As it is to be stored: files that changed since they were looked at are to be read again."""
        parts = tuple(_checked(folder, part) for part in self.parts)
        return self if parts == self.parts else msgspec.structs.replace(self, parts=parts, doubts=self.doubts + 1)

    def without(self, tables: Collection[str]) -> "FactState | None":
        """What still holds where tables that were kept are gone; None: nothing, for its ids are not known."""
        if self.ids is not None and not self.ids.tables.keys().isdisjoint(tables):
            return None
        roll = None if self.roll in tables else self.roll
        left = [one for one in self.strangers if {one.roll, *one.kept.tables}.isdisjoint(tables)]
        return msgspec.structs.replace(self, roll=roll, strangers=tuple(left))


def _checked(folder: Path, part: PartState) -> PartState:
    if isinstance(part, FileState):
        return part if stayed(folder, part) else part.doubted
    if part.file is None or stayed(folder, part.file):
        return part
    return msgspec.structs.replace(part, file=part.file.doubted)


def is_whole(fact: Fact) -> bool:
    """Whether a fact is read as a whole when anything of it changed: its rows have no day, or depend on one another."""
    return fact.wide or bool(fact.merge or fact.impossible)


def day_of(at: exp.Expr | None = None) -> exp.Expr:
    """The day of a row: whole days since 1970, cut towards zero as every engine's integer division does."""
    return exp.IntDiv(this=at or column(AT), expression=integer(LENGTH))


def dated(columns: Columns, days: Collection[int] | None = None) -> tuple[exp.Query, dict[int | str, str]]:
    """Typed rows with their part and, where they fit, their day; of some days only. And the place of each part."""
    rows, places = by_part(columns.raw)
    own = msgspec.structs.replace(columns, raw=msgspec.structs.replace(columns.raw, query=rows), passed=(PART,))
    day = when(column(FITS), day_of())
    query = exp.select(exp.Star(), named(day, DAY)).from_(own.rows().subquery("typed"))
    if days is not None:
        query = exp.select(exp.Star()).from_(query.subquery("dated")).where(within(days))
    return commented(query, "Typed rows; those that fit have their day."), places


def measure(
    engine: Engine, columns: Columns, table: str | exp.Query, keys: Sequence[str], *, plain: bool = False
) -> list[Measured]:
    """One pass over typed rows, by part and day or by day; `plain`: they are only counted."""
    asked = [] if plain else [*span(columns), *measured(columns)]
    query = fill("days", tables={"fact": table}, keys=[column(key) for key in keys], measured=asked)
    found = []
    for row in engine.rows(f"{columns.raw.fact.name}: rows by {' and '.join(key[1:] for key in keys)}", query):
        told = dict(zip(keys, row, strict=False))
        rows, *values = row[len(keys) :]
        state = DayState(rows, rows, None, None, {}) if plain else _state(columns, rows, values)
        found.append(Measured(told.get(PART), told[DAY], state))
    return found


def measure_parts(engine: Engine, columns: Columns, table: str) -> list[Measured]:
    """The same by part and day where there are many parts, of which most hold one day.

    One key takes DuckDB half as long as two, so only parts that hold several days are read by both.
    """
    days = [named(kind(this=column(DAY)), f"{kind.key}_day") for kind in (exp.Min, exp.Max, exp.Count)]
    asked = [*days, *span(columns), *measured(columns)]
    query = fill("days", tables={"fact": table}, keys=[column(PART)], measured=asked)
    found, mixed = [], []
    for part, rows, first, last, dated, *values in engine.rows(f"{columns.raw.fact.name}: rows by part", query):
        if first == last and dated in (0, rows):
            found.append(Measured(part, first, _state(columns, rows, values)))
        else:
            mixed.append(part)
    if not mixed:
        return found
    literal = exp.Literal.string if isinstance(mixed[0], str) else exp.Literal.number
    own = exp.In(this=column(PART), expressions=[literal(part) for part in mixed])
    return found + measure(engine, columns, exp.select("*").from_(table).where(own), (PART, DAY))


def _state(columns: Columns, rows: int, values: Sequence[Any]) -> DayState:
    """From the values of `span` and `measured`."""
    one = amounts(columns, rows, values[2:])
    return DayState(rows, rows, values[0], values[1], one.sums, one.missing, one.negative)


def with_texts(
    engine: Engine,
    columns: Columns,
    table: str,
    states: Mapping[int, DayState],
    by: Collection[str],
    only: Mapping[str, int] | None = None,
) -> dict[int, DayState]:
    """The days of a table with the fingerprints of its columns of text, and the texts of those that metrics go by.

    `only`: the only day of each part.
    """
    fact, found = columns.raw.fact.name, dict(states)
    for name in texts(columns):
        for counted in _counted_parts(columns, name, only) if only else [_counted(table, name)]:
            query = fill("texts_by_day", tables={"counted": counted})
            for day, total in engine.rows(f"{fact}: text of {SPOKEN.get(name, name)} by day", query):
                sums = found[day].sums
                found[day] = msgspec.structs.replace(found[day], sums=sums | {name: sums.get(name, 0) + int(total)})
    for name in sorted(by):
        held: dict[int, list[str]] = {day: [] for day in found}
        text = exp.func("COALESCE", column(name), exp.Literal.string(""))
        query = fill("categories_by_day", tables={"fact": table}, text=text)
        for day, value in engine.rows(f"{fact}: values of {name} by day", query):
            held[day].append(value)
        for day, values in held.items():
            kept = tuple(sorted(values)) if len(values) <= TEXTS else None
            found[day] = msgspec.structs.replace(found[day], texts=found[day].texts | {name: kept})
    return found


def _counted(table: str, name: str) -> exp.Query:
    keys = [column(DAY), column(name)]
    return fill("texts", tables={"fact": table}, day=column(DAY), text=column(name), keys=keys)


def _counted_parts(columns: Columns, name: str, only: Mapping[str, int]) -> Iterator[exp.Query]:
    """The same, part by part: a column of few texts is stored as their numbers, which one key leaves as they are."""
    text = columns.over_source(column(name, TYPED))
    for some in batched(columns.raw.parts):
        queries = [
            fill("texts", tables={"fact": part.query}, day=integer(only[part.place]), text=text, keys=[text])
            for part in some
            if part.place in only
        ]
        if queries:
            yield union(queries)


def batched(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """As many as one statement may name."""
    return (parts[start : start + NAMED] for start in range(0, len(parts), NAMED))


def union(queries: Iterable[exp.Query]) -> exp.Query:
    """All rows of all of them."""
    first, *others = queries
    for more in others:
        first = exp.union(first, more, distinct=False, copy=False)
    return first


def together(fact: Fact, states: Iterable[DayState]) -> DayState:
    """Of several days, or of several parts of a day, in the order of the fact's columns."""
    one = list(states)
    fields = held(fact)

    def total(values: Sequence[Mapping[str, int]], names: Iterable[str]) -> dict[str, int]:
        return {name: sum(each.get(name, 0) for each in values) for name in names}

    return DayState(
        rows=sum(each.rows for each in one),
        supplied=sum(each.supplied for each in one),
        first=min((each.first for each in one if each.first is not None), default=None),
        last=max((each.last for each in one if each.last is not None), default=None),
        sums=total([each.sums for each in one], [field.name for field in fields if field.name != ID]),
        missing=total([each.missing for each in one], [each.name for each in fields if each.field.optional]),
        negative=total(
            [each.negative for each in one], [each.name for each in fields if each.field.type.name == "money"]
        ),
        merged=sum(each.merged for each in one),
    )


def more(fact: Fact, one: DayState, other: DayState) -> DayState:
    """Of a day to which rows were added."""
    found: dict[str, tuple[str, ...] | None] = {}
    for name in other.texts:
        texts = [one.texts.get(name), other.texts[name]]
        known = {text for each in texts if each is not None for text in each}
        found[name] = None if None in texts or len(known) > TEXTS else tuple(sorted(known))
    return msgspec.structs.replace(together(fact, [one, other]), texts=found)


def loaded(fact: Fact, state: FactState, unknown: int | None) -> Loaded:
    """The fact as `load` would have it."""
    whole = together(fact, state.days.values())
    rows = [row for part in state.parts for row in part.rejections][:LISTED]
    return Loaded(
        fact=fact,
        rows=whole.rows,
        duplicates=whole.supplied - whole.merged - whole.rows,
        rejected=sum(part.unfit for part in state.parts),
        first=whole.first,
        last=whole.last,
        sums=spoken(whole.sums),
        missing=whole.missing,
        sources=tuple(part.source(fact.name) for part in state.parts),
        rejections=tuple(dict.fromkeys(rejection for row in rows for rejection in row)),
        merged=whole.merged,
        negative=whole.negative,
        unknown=unknown,
    )


def of_whole(one: Loaded, sums: Mapping[str, int]) -> DayState:
    """The one day of a fact that was read whole."""
    supplied = one.rows + one.merged + one.duplicates
    return DayState(one.rows, supplied, one.first, one.last, dict(sums), one.missing, one.negative, one.merged)
