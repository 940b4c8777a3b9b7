"""Times kept: when a metric's event happened to units, and what starts their clocks, by day and before any date.

Durations are counted from them as from the facts. They rest on no cohort, horizon or as_of, so that only the rows of
changed days are read again. Of an event that happens once, each unit's first of a day is enough.
"""

import hashlib
from collections.abc import Collection

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.durations import Happening, Timed, Timing, durations_of, event, onset, recurs
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, commented, integer, named
from liftledger.engine.state.days import WHOLE, day_of, is_whole
from liftledger.engine.state.kept import DAY, Kept
from liftledger.engine.state.store import Store
from liftledger.engine.template import fill

FORM = 1  # of what is kept; times of another one are made again


class KeptTimes(msgspec.Struct, frozen=True):
    """One metric's events by one kind of unit, and what starts the clocks; None: they start with the study."""

    key: str
    events: Kept
    onsets: Kept | None


class _Wanted(msgspec.Struct, frozen=True):
    """The rows of one happening that are kept, in a table that is called so."""

    name: str
    happening: Happening
    fact: Fact
    every: bool  # instant of a unit, not only its first of a day


def times_key(timing: Timing, versions: str) -> str:
    """A hash of what the rows rest on besides those of the facts; kept times with another key are made again.

    `versions`: of what else says which rows the timing's tables hold, such as the relation by which they are keyed.
    """
    metric = timing.metric
    rows = (metric.numerator.where, recurs(metric), metric.onset, timing.table, timing.onset)
    facts = [one and msgspec.structs.replace(one, through=None) for one in (timing.fact, timing.onset_fact)]
    written = msgspec.json.encode((FORM, metric.name, rows, facts, versions), order="sorted")
    return hashlib.sha256(written).hexdigest()


def build(engine: Engine, store: Store, timing: Timing, key: str, sequence: int) -> KeptTimes:
    """Reads the timing's tables, which hold all rows of the facts."""
    events, onsets = _wanted(timing, key, sequence)
    begun = None if onsets is None else _built(engine, store, onsets)
    return KeptTimes(key, _built(engine, store, events), begun)


def refreshed(
    store: Store,
    timing: Timing,
    kept: KeptTimes,
    sequence: int,
    *,
    days: Collection[int] = (),
    changed: str | None = None,
    onset_days: Collection[int] = (),
    onset_changed: str | None = None,
    added: bool = False,
    onset_added: bool = False,
) -> KeptTimes:
    """With other rows on some days of the facts: `changed` names a table of all rows that those days hold now.

    `added`: of those that they hold more than before.
    """
    events, onsets = _wanted(timing, kept.key, sequence)
    begun = kept.onsets
    if begun is not None and onsets is not None:
        begun = _more(store, onsets, begun if onset_added else begun.without(onset_days), onset_days, onset_changed)
    standing = kept.events if added else kept.events.without(days)
    return KeptTimes(kept.key, _more(store, events, standing, days, changed), begun)


def timed(engine: Engine, store: Store, timing: Timing, kept: KeptTimes) -> Timed:
    """The same as `count_durations`, from what is kept."""
    begun = None if kept.onsets is None else _happening(store, timing, kept.onsets)
    return durations_of(engine, timing, _happening(store, timing, kept.events), begun)


def names(kept: KeptTimes) -> frozenset[str]:
    """Tables of the store that are still needed."""
    return frozenset({*kept.events.tables, *(kept.onsets.tables if kept.onsets else ())})


def _happening(store: Store, timing: Timing, kept: Kept) -> Happening:
    nothing = exp.select(column(UNIT), named(column("_start"), AT)).from_(timing.cohorts[0].table).where(exp.false())
    return Happening(kept.rows(store) or nothing, column(AT, "fact"))


def _wanted(timing: Timing, key: str, sequence: int) -> tuple[_Wanted, _Wanted | None]:
    begun, name = onset(timing), f"{key[:16]}_{sequence}"
    events = _Wanted(f"events_{name}", event(timing), timing.fact, recurs(timing.metric))
    if begun is None:
        return events, None
    assert timing.onset_fact is not None
    return events, _Wanted(f"onsets_{name}", begun, timing.onset_fact, every=False)


def _built(engine: Engine, store: Store, wanted: _Wanted) -> Kept:
    store.keep(wanted.name, _instants(wanted, wanted.happening.rows))
    rows = exp.select(column(DAY)).distinct().from_(store.read([wanted.name]).subquery("kept"))
    days = engine.rows(f"{wanted.name}: days", commented(rows, "Each day that has rows."))
    return Kept({wanted.name: tuple(sorted(day for (day,) in days))} if days else {})


def _more(store: Store, wanted: _Wanted, kept: Kept, days: Collection[int], changed: str | None) -> Kept:
    if not days:
        return kept
    assert changed is not None
    return kept.added(store, wanted.name, _instants(wanted, changed), days)


def _instants(wanted: _Wanted, table: str | exp.Query) -> exp.Query:
    unit, at = column(UNIT, "fact"), wanted.happening.at
    day = exp.cast(integer(WHOLE), "BIGINT") if is_whole(wanted.fact) else exp.paren(day_of(at.copy()))
    known = [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in (unit, at)]
    counts = wanted.happening.counts(*known)
    if wanted.every:
        return fill("every_instant", tables={"fact": table}, day=day, at=at, counts=counts)
    keys = [unit] if is_whole(wanted.fact) else [unit, day]  # a number to group by would be a place
    return fill("first_instants", tables={"fact": table}, day=day, at=at, counts=counts, keys=keys)
