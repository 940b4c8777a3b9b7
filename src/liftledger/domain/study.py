"""Studies: who was assigned to which arm, when, by what plan."""

from typing import Literal

import msgspec

from liftledger.domain.expression import Expression

EVERYONE = "everyone"  # the only arm of a study without arms


class Shares(msgspec.Struct, frozen=True):
    """Planned shares of the arms from an instant on; they sum to 1."""

    weights: dict[str, str]  # arm -> exact fraction as text, '1/3' or '0.05'
    start: int | None = None  # microseconds; None: from the beginning


class Assignment(msgspec.Struct, frozen=True):
    """Rows that say which unit is in which arm, since when.

    `arm` None: the fact's units are a population without arms. `time` None: the fact's own time; where it has none,
    the study is undated and every unit counts whole.
    """

    fact: str
    arm: str | None  # a column of the fact
    time: str | None = None  # a column of the fact
    where: Expression | None = None


class Exposure(msgspec.Struct, frozen=True):
    """Rows that say that a unit really saw it."""

    fact: str
    where: Expression | None = None


class Study(msgspec.Struct, frozen=True):
    """A holdout, an experiment, or observational: nothing was randomised."""

    name: str
    kind: Literal["holdout", "experiment", "observational"]
    unit: str
    assignment: Assignment
    arms: tuple[str, ...]  # as spelled in the data, control first
    control: str | None
    shares: tuple[Shares, ...]  # by start; empty where nothing was randomised
    exposure: Exposure | None
    metrics: tuple[str, ...]
    start: int | None = None  # assignments before it do not count, microseconds
    end: int | None = None  # assignments from it on do not count
    description: str = ""


STARTED = "started"  # the dimension that every dated study has: the UTC month in which a unit started, as 2026-01


class Band(msgspec.Struct, frozen=True):
    """Numbers from `low` on, in the column's smallest unit, up to the next band."""

    name: str
    low: int


class Dimension(msgspec.Struct, frozen=True):
    """An attribute of a unit, known before the study.

    Of a wide fact, a column; of a dated fact, the column's value in the unit's last row before or at its start (of
    rows at one instant, the largest). `bands`, from the lowest: numbers are shown by the band that they lie in.
    """

    name: str
    fact: str
    column: str
    bands: tuple[Band, ...] = ()


class Relation(msgspec.Struct, frozen=True):
    """Which account each user belongs to: columns of a wide fact keyed by `child`."""

    child: str
    parent: str
    fact: str
    column: str
