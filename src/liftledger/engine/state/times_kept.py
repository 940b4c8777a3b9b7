"""Times kept: when a metric's event happened to units, and what starts their clocks, by day and before any date.

Durations are counted from them as they are from the facts: they hold no cohort, no horizon and no as_of, so that only
rows of changed days are read again. Of an event that happens once, each unit's first of a day is enough.
"""

import hashlib

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.durations import Happening, Timed, Timing, durations_of, event, onset
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, integer
from liftledger.engine.state.days import WHOLE, day_of
from liftledger.engine.state.facts import Store
from liftledger.engine.state.runs import MOST, Run, Runs
from liftledger.engine.template import fill

FORM = 1  # of what is kept: another one is made again
COLUMNS = (UNIT, "_day", AT)


class KeptTimes(msgspec.Struct, frozen=True):
    """One metric's events by one kind of unit, and what starts the clocks; None: they start with the study."""

    key: str
    events: Runs
    onsets: Runs | None


class _Instants(msgspec.Struct, frozen=True):
    """The rows to keep of one happening."""

    happening: Happening
    fact: Fact
    every: bool  # instant of a unit, not only its first of a day
    name: str  # of the tables, before the sequence

    @property
    def days(self) -> tuple[int, ...] | None:
        """All days that there are, where that is known beforehand."""
        return (WHOLE,) if _undivided(self.fact) else None

    def kept(self, engine: Engine, store: Store, sequence: int, days: tuple[int, ...] | None, table: str | None) -> Run: ...


def times_key(timing: Timing, versions: str) -> str:
    """What kept times rest on besides the rows of their facts, hashed: with another one, they are made again.

    `versions`: of all else that says which rows the tables of the timing hold, such as the relation through which a
    fact's rows are keyed by their units' parents.
    """
    metric = timing.metric
    facts = [None if one is None else msgspec.structs.replace(one, through=None) for one in (timing.fact, timing.onset_fact)]
    rows = (metric.numerator.where, metric.recurring, metric.onset, timing.table, timing.onset)
    parts = (FORM, metric.name, rows, facts, versions)
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()
