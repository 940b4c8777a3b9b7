"""The true effects: what each estimate of a report about the company estimates, computed from the model.

Nothing is drawn. An estimand is the limit of its estimate as the company grows: windowed metrics are over the units
that are mature when the records end, rates are weighted by observed time, and Kaplan-Meier's curve is that of the
units at risk at each step. It differs from the curve of all units only where an effect decays, as units that entered
early are then observed for longer and affected more.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from liftledger.domain.slug import slug
from liftledger.simulate.company import activation, expansion, tickets
from liftledger.simulate.company.calendar import entered, signed_up
from liftledger.simulate.company.model import (
    BANDS,
    BASELINE,
    BEGIN,
    DAY,
    HOUR,
    MONTH,
    Floats,
    Model,
    month_of,
    months_until,
)
from liftledger.simulate.company.plans import CATEGORIES, PLANS, REGIONS
from liftledger.simulate.company.population import maturities

Level = float | None  # None: no unit is mature, so that there is no estimate
Mask = Floats  # 1 or 0 by plan, maturity band and month of the unit's start

ACTIVATION = (30, (7, 30))  # days: horizon of time to value, and the marks of its shares
UPGRADE = (90, (30, 90))
KEPT = (90, (30, 60, 90))
OFFER_WINDOW = 90  # days
STAY = 30  # days after the upgrade, which `kept_30` counts within OFFER_WINDOW + STAY
FIRST_WEEK = 7


class Levels(msgspec.Struct, frozen=True):
    """Expected value of a metric in both arms of a study, in its estimate's unit."""

    control: float
    treatment: float

    @property
    def effect(self) -> float:
        return self.treatment - self.control


def truth(model: Model) -> dict[str, float]:
    """True effect by `study.metric.arm` and `study.metric.arm.dimension=value`: ids of estimates without method.

    Treatment minus control, rounded to 12 digits after the point, in the estimate's unit: days of restricted mean
    time, shares, contacts per user and 30 days (in the first week: per user), USD per account or per expansion. What
    has no mature unit is not in it.
    """
    return {key: round(levels.effect, 12) + 0.0 for key, levels in levels_by_key(model).items()}


def levels_by_key(model: Model) -> dict[str, Levels]:
    """What the truth is the difference of."""
    return dict(_user_levels(model)) | dict(_account_levels(model))


def _user_levels(model: Model) -> Iterator[tuple[str, Levels]]:
    """`program` and `onboarding`: guided users reach value in another time, personalized ones have other tickets."""
    standard, guided = (_Activation.of(model, guided=arm) for arm in (False, True))
    held_out, personalized = (_Contacts.of(model, personalized=arm) for arm in (False, True))
    studies = {
        "program": ("personalized", (standard, standard.mixed(guided)), (held_out, personalized)),
        "onboarding": ("guided", (standard, guided), (personalized, personalized)),
    }
    for study, (arm, reached, contacts) in studies.items():
        for segment, mask in _segments(model, users=True):
            levels = (one.levels(mask) | other.levels(mask) for one, other in zip(reached, contacts, strict=True))
            yield from _keyed(study, arm, segment, *levels)


def _account_levels(model: Model) -> Iterator[tuple[str, Levels]]:
    """`offers`."""
    for segment, mask in _segments(model, users=False):
        levels = (_expansion_levels(model, mask[:, 0], treated=arm) for arm in (False, True))
        yield from _keyed("offers", "model", segment, *levels)


def _keyed(
    study: str, arm: str, segment: str, control: dict[str, Level], treatment: dict[str, Level]
) -> Iterator[tuple[str, Levels]]:
    for metric, level in control.items():
        other = treatment[metric]
        if level is not None and other is not None:
            yield f"{study}.{metric}.{arm}{segment}", Levels(level, other)


def _segments(model: Model, *, users: bool) -> Iterator[tuple[str, Mask]]:
    """End of the id, and which cells are in it. Nothing depends on the region."""
    months = months_until(model.days)
    everyone = np.ones((len(PLANS), len(BANDS) if users else 1, months))
    first = np.datetime64(BEGIN.date()) + BASELINE
    of = "" if users else "account_"
    named: list[tuple[str, int, list[str]]] = [
        (f"{of}plan", 0, [plan.name for plan in PLANS]),
        ("maturity", 1, list(BANDS) if users else []),
        ("started", 2, [str(first.astype("datetime64[M]") + month) for month in range(months)]),
    ]
    yield "", everyone
    for region in REGIONS:
        yield f".{of}region={slug(region)}", everyone
    for dimension, axis, values in named:
        for place, value in enumerate(values):
            only = np.zeros_like(everyone)
            np.moveaxis(only, axis, 0)[place] = 1
            yield f".{dimension}={slug(value)}", only


class _Activation(msgspec.Struct, frozen=True):
    """Kaplan-Meier's ingredients of one arm, by plan, band, month and step: shares of units."""

    observed: Floats  # by month and step: of the units, those observed for as long
    activated: Floats  # by plan, band, month and step: of all units of the plan and band, times their share of units
    units: Floats  # share of units, by plan and band

    @classmethod
    def of(cls, model: Model, *, guided: bool) -> "_Activation":
        steps = ACTIVATION[0] * 24
        shares = _users()
        reached = activation.activated(model, guided=guided, steps=steps) * shares[:, :, None, None]
        starts = list(BANDS.values())
        return cls(
            _by_month(model, _user_days(model), _observed(model, steps)),
            np.add.reduceat(reached, starts, axis=1),
            np.add.reduceat(shares, starts, axis=1),
        )

    def mixed(self, other: "_Activation") -> "_Activation":
        """Half of the units each."""
        return msgspec.structs.replace(self, activated=(self.activated + other.activated) / 2)

    def levels(self, mask: Mask) -> dict[str, Level]:
        share = mask[..., None] * self.observed
        happened = share[..., 1:] * np.diff(self.activated)
        at_risk = share[..., 1:] * (self.units[:, :, None, None] - self.activated[..., :-1])
        survival = _survival(happened.sum(axis=(0, 1, 2)), at_risk.sum(axis=(0, 1, 2)))
        return _time_to("time_to_value", survival, *ACTIVATION)


class _Contacts(msgspec.Struct, frozen=True):
    """Contacts and time of one arm; each entry is of the units of its cell, times their share of all units."""

    seconds: Floats  # observed, by plan, band and month
    contacts: Floats  # in that time, by plan, band, month and category
    mature: Floats  # units observed for a week, by plan, band and month
    first_week: Floats  # their contacts in that week

    @classmethod
    def of(cls, model: Model, *, personalized: bool) -> "_Contacts":
        shares = _users()
        rates = tickets.rates(model, personalized=personalized) * shares[:, :, None, None] / MONTH
        days = _user_days(model)
        left = model.days - np.arange(model.days)  # days until the records end, of a unit that starts today
        elapsed: Floats = np.asarray(left * DAY - DAY / 2.0, np.float64)  # on average over the day
        burdened = tickets.burdened(elapsed)  # linear over each day, as a week is whole days
        starts = list(BANDS.values())
        band_shares, band_rates = (np.add.reduceat(one, starts, axis=1) for one in (shares, rates))
        mature = _by_month(model, days, (left > FIRST_WEEK).astype(np.float64))
        return cls(
            seconds=band_shares[..., None] * _by_month(model, days, elapsed),
            contacts=band_rates * _by_month(model, days, burdened)[:, None],
            mature=band_shares[..., None] * mature,
            first_week=band_rates.sum(axis=-1) * mature * tickets.FIRST_WEEK * tickets.WEEK,
        )

    def levels(self, mask: Mask) -> dict[str, Level]:
        seconds = (mask * self.seconds).sum()
        by_category = (mask[..., None] * self.contacts).sum(axis=(0, 1, 2))
        found = {"tickets_per_month": _quotient(MONTH * by_category.sum(), seconds)}
        for category, contacts in zip(CATEGORIES, by_category, strict=True):
            found[f"tickets_per_month_{slug(category)}"] = _quotient(MONTH * contacts, seconds)
        found["first_week_tickets"] = _quotient((mask * self.first_week).sum(), (mask * self.mature).sum())
        return found


def _expansion_levels(model: Model, mask: Mask, *, treated: bool) -> dict[str, Level]:
    """`mask` is by plan and month."""
    days = entered(model)
    left = model.days - np.arange(model.days)
    shares = np.array([plan.share for plan in PLANS])[:, None]

    def mature(window: int) -> Floats:
        """Share of accounts, by plan and month."""
        return np.asarray(mask * shares * _by_month(model, days, (left > window).astype(np.float64)))

    counted, longer = mature(OFFER_WINDOW), mature(OFFER_WINDOW + STAY)
    stayed = np.exp(-STAY * DAY * expansion.churn(model, treated=treated))
    upgrades = expansion.ever_upgraded(model, treated=treated)
    dollars = expansion.dollars(model, treated=treated)
    window = OFFER_WINDOW * DAY - 1  # the last second that is in it
    within = float(expansion.upgraded_within(np.array([window]))[0])
    refunded = expansion.REFUNDED * expansion.refunded_within(window)
    units = counted.sum()
    expanded = (counted * upgrades * within).sum()
    paid = (counted * upgrades * dollars * within).sum()
    back = (counted * upgrades * dollars * refunded).sum()
    found = {
        "offered": _quotient((counted * expansion.ever_offered()[:, None]).sum(), units),
        "upgraded": _quotient(expanded, units),
        f"kept_{STAY}": _quotient((longer * upgrades * within * stayed).sum(), longer.sum()),
        "expansion_revenue": _quotient(paid - back, units),
        "revenue_per_expansion": _quotient(paid, expanded),
        "refunds": _quotient((counted * upgrades * refunded).sum(), units),
    }
    entering = mask * shares
    return found | _upgrading(model, entering, upgrades) | _keeping(model, entering * upgrades, treated=treated)


def _upgrading(model: Model, shares: Floats, upgrades: Floats) -> dict[str, Level]:
    steps = UPGRADE[0] * 24
    observed = shares[..., None] * _by_month(model, entered(model), _observed(model, steps))
    upgraded = upgrades[..., None] * expansion.upgraded_within(HOUR * np.arange(steps + 1))
    happened = observed[..., 1:] * np.diff(upgraded)
    at_risk = observed[..., 1:] * (1 - upgraded[..., :-1])
    return _time_to("time_to_upgrade", _survival(happened.sum(axis=(0, 1)), at_risk.sum(axis=(0, 1))), *UPGRADE)


def _keeping(model: Model, upgrades: Floats, *, treated: bool) -> dict[str, Level]:
    """Of accounts from their upgrade on; entries of `upgrades` are shares of accounts."""
    steps = KEPT[0] * 24
    observed = upgrades[..., None] * _by_month(model, entered(model), _observed_upgrades(model, steps))
    hazard = expansion.churn(model, treated=treated)
    kept = np.exp(-hazard[..., None] * HOUR * np.arange(steps + 1))
    happened = observed[..., 1:] * -np.diff(kept)
    at_risk = observed[..., 1:] * kept[..., :-1]
    survival = _survival(happened.sum(axis=(0, 1)), at_risk.sum(axis=(0, 1)))
    return _time_to("kept_after_upgrade", survival, *KEPT, kept=True)


def _survival(happened: Floats, at_risk: Floats) -> Floats:
    """Kaplan-Meier's curve from step 0 on, as far as any unit is at risk."""
    known = int(np.count_nonzero(at_risk > 0))
    return np.concatenate([[1.0], np.cumprod(1 - happened[:known] / at_risk[:known])])


def _time_to(
    metric: str, survival: Floats, horizon: int, marks: tuple[int, ...], *, kept: bool = False
) -> dict[str, Level]:
    """Restricted mean in days: E[min(T, horizon)] of whole hours is the sum of the curve over the hours before it."""

    def share(mark: int) -> Level:
        if len(survival) <= 24 * mark:
            return None
        return float(survival[24 * mark] if kept else 1 - survival[24 * mark])

    mean = None if share(horizon) is None else float(survival[: 24 * horizon].sum()) / 24
    return {metric: mean} | {f"{metric}_by_{mark}d": share(mark) for mark in marks}


def _observed(model: Model, steps: int) -> Floats:
    """Share of the units that start on a day of the studies which are observed for 0, 1, ... `steps` hours."""
    left = (model.days - np.arange(model.days))[:, None] * DAY - HOUR * np.arange(steps + 1)
    return np.asarray(np.clip(left, 0, DAY - 1) / (DAY - 1))


def _observed_upgrades(model: Model, steps: int) -> Floats:
    """Share of the accounts that enter on a day, and will upgrade, which are observed for as many hours after it.

    An account enters at any time of its day: the average over the middles of its hours.
    """
    hours = 24 * model.days
    middles = HOUR * np.arange(hours) + HOUR // 2
    upgraded = np.concatenate([np.zeros(steps + 24), expansion.upgraded_within(middles)])
    over_a_day = np.convolve(upgraded, np.full(24, 1 / 24))[: len(upgraded)]  # of the 24 hours that end here
    last = 24 * (model.days - np.arange(model.days)) - 1  # hours until the records end, from the day's beginning
    return np.asarray(over_a_day[steps + 24 + last[:, None] - np.arange(steps + 1)])


def _by_month(model: Model, days: Floats, values: Floats) -> Floats:
    """Sums over the days of each month, weighted by the share of units that start on each; months come first."""
    month = month_of(np.arange(model.days))
    weighted = values * days.reshape(-1, *[1] * (values.ndim - 1))
    found = np.zeros((months_until(model.days), *values.shape[1:]))
    np.add.at(found, month, weighted)
    return found


def _user_days(model: Model) -> Floats:
    return signed_up(model)[BASELINE:]


def _users() -> Floats:
    """Share of users by plan and maturity in hundredths."""
    of_plan = np.array([plan.share * plan.users for plan in PLANS])
    return np.asarray(of_plan[:, None] / of_plan.sum() * maturities())


def _quotient(numerator: float, denominator: float) -> Level:
    return float(numerator / denominator) if denominator > 0 else None
