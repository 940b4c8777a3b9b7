"""The true value of accounts in the offers study: what their contracts bring until the records end, and from then on.

Nothing is drawn: a value is the limit of the mean over all accounts that entered, those that pay nothing too, as the
company grows. An account is there until it cancels, which only who has upgraded does; of those that have not when the
records end, some went a plan down, at any time since their founding. Time goes by the hour, and within one upgrades
come evenly.
"""

import numpy as np

from liftledger.simulate.company import calendar, expansion
from liftledger.simulate.company.invoices import DISCOUNT, DISCOUNTED, DOWNGRADED, monthly
from liftledger.simulate.company.model import BASELINE, BEGIN, HOUR, OFFERS, Floats, Model, Whole, month_of
from liftledger.simulate.company.plans import PLANS

MARGIN, YEARLY, AHEAD = 0.8, 0.1, 36  # as the definitions have it: discount a year, months that are valued
MONTHS_A_DAY = 12 / 365
STUDIES_OF_USERS = ("program.personalized", "onboarding.guided")  # contracts are alike in all their arms
SHARES = np.array([plan.share for plan in PLANS])


def truth(model: Model) -> dict[str, float]:
    """True differences by base, study, arm and part, in USD of margin per account, rounded to 12 digits.

    Observed: 12 / 365 of a month's price for each whole day until the records end. Modelled: the months that begin from
    then on, each at its value when the next one does.
    """
    control, treated = (Standing(model, treated=place == 1) for place in range(len(OFFERS)))
    found = {
        "offers.model.observed": treated.observed - control.observed,
        "offers.model.modelled": treated.ahead - control.ahead,
    }
    nothing = {f"{study}.{part}": 0.0 for study in STUDIES_OF_USERS for part in ("observed", "modelled")}
    return {f"accounts.{key}": round(value, 12) + 0.0 for key, value in (found | nothing).items()}


class Standing:
    """Of one arm. Shares are by plan, month of entry and time since the entry, of accounts that ever upgrade."""

    def __init__(self, model: Model, *, treated: bool) -> None:
        self.model = model
        self.entered = calendar.entered(model)
        self.months = month_of(np.arange(model.days))
        self.founded = calendar.founded(model)
        self.upgrades = expansion.ever_upgraded(model, treated=treated)
        self.hazard = HOUR * expansion.churn(model, treated=treated)[..., None]  # of cancelling, an hour
        self.upgraded = expansion.upgraded_within(HOUR * np.arange(24 * _last_day(model) + 1))
        self.rising = self._staying()
        self.still = np.exp(-self.hazard * np.arange(len(self.upgraded)))
        self.cancelled = self.upgraded - self.rising * self.still
        self.by_day = _by_day(self.upgraded)
        self.lost = np.cumsum(_by_day(self.cancelled), axis=-1)  # days, until the end of each

    @property
    def observed(self) -> float:
        """Until the records end."""
        return self._mean([self._paid(day) for day in range(self.model.days)]) * MONTHS_A_DAY

    @property
    def ahead(self) -> float:
        """From then on."""
        return self._mean([self._to_come(day) for day in range(self.model.days)])

    def _staying(self) -> Floats:
        """By the hour, who has upgraded and is there still, by what of them is lost to cancelling until then."""
        came = np.diff(self.upgraded) * -np.expm1(-self.hazard) / self.hazard
        rising = np.cumsum(came * np.exp(self.hazard * np.arange(1, len(self.upgraded))), axis=-1)
        return np.concatenate([np.zeros_like(self.hazard), rising], axis=-1)

    def _mean(self, of_day: list[Floats]) -> float:
        """Over accounts, of cents a month by day of entry and plan."""
        return MARGIN / 100 * float(self.entered @ np.array(of_day) @ SHARES / self.entered.sum())

    def _paid(self, day: int) -> Floats:
        """Price x days until the records end, by plan."""
        ever, days = self.upgrades[:, self.months[day]], self.model.days - day - 1
        lost = self.lost[:, self.months[day], days - 1] if days else 0.0
        fell = DOWNGRADED * (1 - ever * self.by_day[days]) * self._lower(day)
        return np.asarray(PRICE * (days - ever * lost) - STEP * fell)

    def _lower(self, day: int) -> float:
        """Days a plan down after the entry, of an account that goes down on any day from its founding on."""
        left, on = self.model.days - day - 1, np.arange(BASELINE)
        share = self.founded[:BASELINE] / calendar.ROLLED_OUT * (day < calendar.ROLLED_OUT)
        if day >= calendar.SETTLED:
            on = np.append(on, BASELINE + day - calendar.SETTLED)
            share = np.append(share, self.founded[on[-1]])
        before = BASELINE + day - on + 1  # days until the day of the entry is over
        return float(share @ ((before * left + left * (left - 1) / 2) / (before + left)) / share.sum())

    def _to_come(self, day: int) -> Floats:
        """What is paid a month from when the records end on, by plan, each month discounted to the first."""
        month, left = self.months[day], self.model.days - day
        ends = _days_until(day, np.arange(1, 2 + AHEAD + len(self.upgrades[0])))
        hours = 24 * ends[ends >= left][:AHEAD]
        ever = self.upgrades[:, month, None]
        there = 1 - ever * self.cancelled[:, month][:, hours]
        before = _by_day(self.rising[:, month, 24 * (left - 1) : 24 * left + 1]) * self.still[:, month][:, hours]
        paid = PRICE[:, None] * there - STEP[:, None] * DOWNGRADED * (there - ever * before)
        return np.asarray(paid @ (1 + YEARLY) ** (-np.arange(AHEAD) / 12))


def _last_day(model: Model) -> int:
    """Of the longest time that an account is followed for."""
    return model.days + 31 * (AHEAD + 1)


def _days_until(day: int, months: Whole) -> Whole:
    """From a day of the studies to the end of so many months of tenure."""
    first = np.datetime64(BEGIN.date()) + BASELINE + day
    month = first.astype("datetime64[M]")
    into = (first - month.astype("datetime64[D]")).astype(np.int64)
    begin, end = ((month + months + more).astype("datetime64[D]") for more in (0, 1))
    found: Whole = np.minimum(begin + into, end) - first
    return found.astype(np.int64)


def _by_day(by_hour: Floats) -> Floats:
    """The mean over each day: what had come to pass at its end, of what started at any time of a day."""
    middles = (by_hour[..., 1:] + by_hour[..., :-1]) / 2
    return np.asarray(middles.reshape(*middles.shape[:-1], -1, 24).mean(axis=-1))


def _prices() -> Floats:
    """Cents a month by plan: the mean over accounts, some of which are let off a part."""
    plan = np.arange(len(PLANS))
    full, less = (monthly(plan, np.full(len(PLANS), off)) for off in (0, DISCOUNT))
    return np.asarray((1 - DISCOUNTED) * full + DISCOUNTED * less)


PRICE = _prices()
STEP = np.diff(PRICE, prepend=PRICE[0])  # from the plan below
