"""A pilot: how far it may go, what is watched, and where it stands."""

from decimal import Decimal
from typing import Literal

import msgspec

from liftledger.domain.estimate import Answer

State = Literal["on track", "warn", "killed", "passed"]
Rule = Literal["kill", "pass", "warn"]


class Tranche(msgspec.Struct, frozen=True):
    """Money that is released when its condition is met."""

    name: str
    amount: Decimal
    date: str  # ISO day from which it may be released
    needs: tuple[str, ...] = ()  # criteria that must stand well


class Criterion(msgspec.Struct, frozen=True):
    """A threshold on an effect, in the metric's unit, or in money a month of a benefit line.

    It fires where the effect is proven to lie beyond the threshold: `below` it, or `above` it; one of the two is given.
    Of a line, `study`, `metric` and `arm` are the line's own.
    """

    name: str
    study: str
    metric: str
    arm: str
    rule: Rule
    below: Decimal | None = None
    above: Decimal | None = None
    line: str = ""  # the threshold is money a month of this benefit line
    alpha: Decimal = Decimal("0.05")  # chance that it fires although the effect is at the threshold, over all looks
    tuned_for: int = 5000  # units at which the boundary is narrowest

    @property
    def threshold(self) -> Decimal:
        found = self.above if self.above is not None else self.below
        assert found is not None  # definitions refuse a criterion without a threshold
        return found


class Pilot(msgspec.Struct, frozen=True):
    """What was registered before it began."""

    start: str  # ISO day
    end: str  # ISO day: the last look is the report of this date
    budget: Decimal  # cap
    spent: str = ""  # fact with a money column of what is spent; '': the declared costs by day
    spent_amount: str = ""
    segment: str = ""  # in words
    criteria: tuple[Criterion, ...] = ()
    leading: tuple[str, ...] = ()  # metrics to look at, never to decide by
    tranches: tuple[Tranche, ...] = ()


class Look(msgspec.Struct, frozen=True):
    """A criterion in the report of one date: the effect, and its always-valid one-sided bound."""

    date: str
    units: int  # of both arms, mature
    effect: float
    bound: float


class Watched(msgspec.Struct, frozen=True):
    """A criterion with all of its looks; amounts of a line are money a month, others are in the metric's unit."""

    criterion: str
    state: State
    threshold: float
    unit: str
    looks: tuple[Look, ...]  # each day from the first that counts to the report's date
    fired: str | None  # day on which the bound passed the threshold
    reason: str
    rule: Rule = "kill"
    side: Literal["below", "above"] = "below"  # on which it fires
    study: str = ""
    metric: str = ""
    arm: str = ""
    line: str = ""
    alpha: float = 0.05
    registered: str = ""  # day of a registration that has been replaced since; '': it is as it was registered


class Release(msgspec.Struct, frozen=True):
    """Whether a tranche may be spent, and why."""

    name: str
    amount: float
    date: str  # from which it may be released
    released: bool
    reason: str


class Leading(msgspec.Struct, frozen=True):
    """An indicator that is shown beside the criteria: its headline at the report's date."""

    id: str  # of the estimate in the report
    study: str
    metric: str
    arm: str
    unit: str
    effect: Answer


class Log(msgspec.Struct, frozen=True):
    """What is known of the pilot's log."""

    entries: int
    head: str  # sha256 of its last line: whoever writes it down sees later whether the end was changed


class Standing(msgspec.Struct, frozen=True):
    """Where the pilot stands, today."""

    state: State
    date: str  # of the state's beginning
    reason: str
    budget: float
    spent: float | None
    watched: tuple[Watched, ...]
    tranches: tuple[Release, ...]
    leading: tuple[Leading, ...]
    registered: str  # sha256 of what was registered
    as_of: str = ""  # ISO day: the report's date
    start: str = ""
    end: str = ""
    currency: str = ""
    segment: str = ""
    company: str = ""
    log: Log | None = None  # None: there is none yet
    notes: tuple[str, ...] = ()  # what to mind: changes after registration, a late one; sentences
    spent_until: str = ""  # ISO day up to which `spent` counts; declared costs end with a kill
    spent_fact: str = ""  # whose records say what is spent; '': the costs as they are declared
