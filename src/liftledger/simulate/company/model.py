"""The model: size, span, studies and effects of a simulated company. It and a seed are the whole company."""

from datetime import UTC, datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.plans import PLANS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Small = NDArray[np.int8]  # indices into a tuple of names; -1 where there is none

DAY = 86_400  # seconds
HOUR = 3_600
MONTH = 30 * DAY  # of rates and hazards
BEGIN = datetime(2025, 7, 1, tzinfo=UTC)  # the records begin
BASELINE = 184  # days before the studies start: two quarters
YEAR = 181  # days of study that make it a year of records
LONGEST = 1_096  # days of study

PROGRAM = ("held_out", "personalized")  # a user's arm from signup on, in the study period
ONBOARDING = ("standard", "guided")  # of personalized users, half and half
OFFERS = ("standard", "model")  # an account's arm, half and half
BANDS = {"new": 0, "growing": 40, "mature": 70}  # self-model maturity, in hundredths, from

NEVER = np.iinfo(np.int64).max  # a time that does not come before the records end


class Model(msgspec.Struct, frozen=True):
    """Parameters. Effects of the program and of onboarding grow with the maturity of a user's self-model.

    A user with maturity m has the effect's multiplier to the power 1 + maturing x (m - 1/2).
    """

    users: int = 200_000  # expected to have signed up by the end of the records
    days: int = YEAR  # from the studies' start to the end of the records
    holdout: float = 0.1
    effects: Effects = Effects()
    maturing: float = 1.0
    tail: float = 1.1  # sigma of the lognormal revenue of an expansion; above 1 it is heavy
    lost: float = 0.0  # a flaw: the share of each study's treated units whose assignments were not recorded

    def __post_init__(self) -> None:
        for holds, text in (
            (self.users >= 1, f"users is {self.users}; it must be at least 1"),
            (1 <= self.days <= LONGEST, f"days is {self.days}; it must be from 1 to {LONGEST}"),
            (0 < self.holdout < 1, f"holdout is {self.holdout}; it must be above 0 and below 1 (0.1 means 10 %)"),
            (0 <= self.maturing <= 2, f"maturing is {self.maturing}; it must be from 0 to 2"),
            (0 < self.tail <= 3, f"tail is {self.tail}; it must be above 0 and at most 3"),
            (0 <= self.lost < 1, f"lost is {self.lost}; it must be at least 0 and below 1 (0.1 means 10 %)"),
        ):
            if not holds:
                raise ValueError(text)
        for plan in PLANS:
            up = max(1.0, 1 + self.effects.of("activation", plan.name).change)
            _probability("activation", plan.name, plan.ever(1.0) * up ** (1 + self.maturing / 2))
            _probability("expansion", plan.name, plan.upgraded * (1 + self.effects.of("expansion", plan.name).change))

    @property
    def start(self) -> int:
        """When the studies start; seconds since 1970."""
        return int(BEGIN.timestamp()) + BASELINE * DAY

    @property
    def as_of(self) -> int:
        """When the records end; seconds since 1970."""
        return self.start + self.days * DAY

    def logarithms(self, name: str) -> Floats:
        """Logarithm of an effect's multiplier, by plan and month of the unit's start (0: the studies' first)."""
        months = np.arange(months_until(self.days))
        found = [self.effects.of(name, plan.name) for plan in PLANS]
        return np.array([np.log1p(effect.change) * (1 - effect.decay) ** months for effect in found])

    def strength(self, maturity: Small | Whole) -> Floats:
        """What maturity, in hundredths, multiplies those logarithms by."""
        return 1 + self.maturing * (maturity / 100 - 0.5)


def months_until(days: int) -> int:
    """How many calendar months the first `days` days of the studies touch."""
    return int(month_of(np.array([days - 1]))[0]) + 1


def month_of(day: Whole) -> Whole:
    """Calendar months from the studies' first, of a number of days after their start."""
    first = np.datetime64(BEGIN.date()) + BASELINE
    months: Whole = ((first + day).astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    return months


def _probability(name: str, plan: str, share: float) -> None:
    if share > 1:
        raise ValueError(f"effect {name!r} makes a share of {100 * share:.0f} % on plan {plan!r}; 100 % is the most")
