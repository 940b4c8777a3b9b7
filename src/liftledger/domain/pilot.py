"""A pilot: how far it may go, what is watched, and where it stands."""

from decimal import Decimal
from typing import Literal

import msgspec

State = Literal["on track", "warn", "killed", "passed"]


class Tranche(msgspec.Struct, frozen=True):
    """Money that is released when its condition is met."""

    name: str
    amount: Decimal
    date: str  # ISO day from which it may be released
    needs: tuple[str, ...] = ()  # criteria that must stand well


class Criterion(msgspec.Struct, frozen=True):
    """A threshold on an effect, in the metric's unit, or in money a month of a benefit line."""

    name: str
    study: str
    metric: str
    arm: str
    rule: Literal["kill", "pass", "warn"]
    below: Decimal | None = None  # kill: when the effect is proven to be below this; pass: proven to be above `above`
    above: Decimal | None = None
    line: str = ""  # the threshold is money a month of this benefit line
    alpha: Decimal = Decimal("0.05")  # chance that it fires although the effect is at the threshold, over all looks
    tuned_for: int = 5000  # units at which the boundary is narrowest


class Pilot(msgspec.Struct, frozen=True):
    """What was registered before it began."""

    start: str  # ISO day
    end: str
    budget: Decimal  # cap
    spent: str = ""  # fact with a money column of what is spent; '': the declared costs by day
    spent_amount: str = ""
    segment: str = ""  # in words
    criteria: tuple[Criterion, ...] = ()
    leading: tuple[str, ...] = ()  # metrics to look at, never to decide by
    tranches: tuple[Tranche, ...] = ()


class Look(msgspec.Struct, frozen=True):
    """A criterion on one day: the effect, and its always-valid one-sided bound."""

    date: str
    units: int
    effect: float
    bound: float


class Watched(msgspec.Struct, frozen=True):
    criterion: str
    state: State
    threshold: float
    unit: str
    looks: tuple[Look, ...]  # each day up to the report's date
    fired: str | None  # day on which the bound passed the threshold
    reason: str


class Standing(msgspec.Struct, frozen=True):
    """Where the pilot stands, today."""

    state: State
    date: str  # of the state's beginning
    reason: str
    budget: float
    spent: float | None
    watched: tuple[Watched, ...]
    tranches: tuple[tuple[str, float, str, bool], ...]  # name, amount, date, released
    leading: tuple[str, ...]  # ids of estimates
    registered: str  # sha256 of what was registered
