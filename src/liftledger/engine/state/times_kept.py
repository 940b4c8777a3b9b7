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
from liftledger.engine.durations import Happening, Timed, Timing, durations_of, event, onset
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, integer
from liftledger.engine.state.days import WHOLE, day_of
from liftledger.engine.state.runs import Run, Runs
from liftledger.engine.state.store import Store
from liftledger.engine.template import fill

FORM = 1  # of what is kept; times of another one are made again
MOST = 100  # runs that are read together
DAY = "_day"


class KeptTimes(msgspec.Struct, frozen=True):
    """One metric's events by one kind of unit, and what starts the clocks; None: they start with the study."""

    key: str
    events: Runs
    onsets: Runs | None


class _Wanted(msgspec.Struct, frozen=True):
    """The rows of one happening that are kept, in tables that are called so."""

    name: str
    happening: Happening
    fact: Fact
    every: bool  # instant of a unit, not only its first of a day


def times_key(timing: Timing, versions: str) -> str:
    """A hash of what the rows rest on besides those of the facts; kept times with another key are made again.

    `versions`: of what else says which rows the timing's tables hold, such as the relation by which they are keyed.
    """
    metric = timing.metric
    rows = (metric.numerator.where, metric.recurring, metric.onset, timing.table, timing.onset)
    facts = [one and msgspec.structs.replace(one, through=None) for one in (timing.fact, timing.onset_fact)]
    written = msgspec.json.encode((FORM, metric.name, rows, facts, versions), order="sorted")
    return hashlib.sha256(written).hexdigest()


def build(store: Store, timing: Timing, key: str, sequence: int) -> KeptTimes:
    """Reads the facts whole."""
    events, onsets = _wanted(timing, key)
    begun = None if onsets is None else _built(store, onsets, sequence)
    return KeptTimes(key, _built(store, events, sequence), begun)


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
) -> KeptTimes:
    """With other rows on some days of the facts: `changed` names a table of all rows that those days hold now."""
    events, onsets = _wanted(timing, kept.key)
    begun = kept.onsets
    if begun is not None and onsets is not None:
        begun = _refreshed(store, onsets, begun, sequence, onset_days, onset_changed)
    return KeptTimes(kept.key, _refreshed(store, events, kept.events, sequence, days, changed), begun)


def timed(engine: Engine, store: Store, timing: Timing, kept: KeptTimes) -> Timed:
    """The same as `count_durations`, from what is kept."""
    begun = None if kept.onsets is None else _happening(store, kept.onsets)
    return durations_of(engine, timing, _happening(store, kept.events), begun)


def names(kept: KeptTimes) -> frozenset[str]:
    """Tables of the store that are still needed."""
    return kept.events.names | (frozenset() if kept.onsets is None else kept.onsets.names)


def _happening(store: Store, runs: Runs) -> Happening:
    return Happening(runs.rows(store, UNIT, AT), column(AT, "fact"))


def _wanted(timing: Timing, key: str) -> tuple[_Wanted, _Wanted | None]:
    begun, short = onset(timing), key[:16]
    events = _Wanted(f"events_{short}", event(timing), timing.fact, timing.metric.recurring)
    if begun is None:
        return events, None
    assert timing.onset_fact is not None
    return events, _Wanted(f"onsets_{short}", begun, timing.onset_fact, every=False)


def _built(store: Store, wanted: _Wanted, sequence: int) -> Runs:
    days = (WHOLE,) if _undivided(wanted.fact) else None
    return Runs((_kept(store, wanted.name, _instants(wanted), sequence, days),))


def _refreshed(
    store: Store, wanted: _Wanted, runs: Runs, sequence: int, days: Collection[int], changed: str | None
) -> Runs:
    if not days:
        return runs
    assert changed is not None
    new = _instants(msgspec.structs.replace(wanted, happening=msgspec.structs.replace(wanted.happening, rows=changed)))
    standing = runs.without(days, sequence)
    if len(standing.parts) < MOST:
        return standing.later(_kept(store, wanted.name, new, sequence, tuple(sorted(days))))
    merged = exp.union(standing.rows(store, UNIT, DAY, AT), new, distinct=False)
    return Runs((_kept(store, wanted.name, merged, sequence, None),))


def _kept(store: Store, name: str, rows: exp.Query, sequence: int, days: tuple[int, ...] | None) -> Run:
    table = f"{name}_{sequence}"
    store.keep(table, rows)
    return Run(table, sequence, days)


def _instants(wanted: _Wanted) -> exp.Query:
    unit, at = column(UNIT, "fact"), wanted.happening.at
    day = exp.cast(integer(WHOLE), "BIGINT") if _undivided(wanted.fact) else exp.paren(day_of(at.copy()))
    known = [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in (unit, at)]
    tables, counts = {"fact": wanted.happening.rows}, wanted.happening.counts(*known)
    if wanted.every:
        return fill("every_instant", tables=tables, day=day, at=at, counts=counts)
    keys = [unit] if _undivided(wanted.fact) else [unit, day]
    return fill("first_instants", tables=tables, day=day, at=at, counts=counts, keys=keys)


def _undivided(fact: Fact) -> bool:
    """Whether a change of one row may change what counts on other days, or there are none."""
    return fact.wide or bool(fact.merge or fact.impossible)
