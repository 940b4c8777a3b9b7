"""How long subscribers stay, and what those who are still there are expected to pay from now on."""

from collections.abc import Sequence
from fractions import Fraction
from types import ModuleType

import numpy as np

from liftledger.domain.customer_value import Tenure, Worth
from liftledger.domain.customers import Group, Subscriptions
from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.domain.instant import DAY
from liftledger.domain.moments import Sums
from liftledger.engine.subscriptions.holdings import Held
from liftledger.lifetime.fit import Fit
from liftledger.prove.customers.monthly import discount, margin, months_ahead
from liftledger.prove.customers.renewals import NOBODY_PAYS, renewals
from liftledger.stats.group import interval
from liftledger.stats.kaplan_meier import curve
from liftledger.stats.quantity import Quantity
from liftledger.stats.retention import share
from liftledger.stats.survival import survival


def worth(
    group: Group,
    lifespans: Durations,
    held: Sequence[Held],
    model: ModuleType,
    fit: Fit | NoEstimate,
    base: Subscriptions,
    *,
    unit: Fraction,
    confidence: float,
) -> Worth:
    """Of a group's customers, the value of those still subscribed."""
    there = sum(one.customers for one in held)
    spend: Answer = NoEstimate("nobody is subscribed")
    if there:
        paid = Sums(there, {("mrr",): sum(one.mrr for one in held), ("mrr", "mrr"): sum(one.squares for one in held)})
        spend = interval(Quantity("mrr", None, unit), paid, confidence=confidence)
    return Worth(
        group,
        there,
        share(there, lifespans.n, confidence=confidence),
        None,
        spend,
        residual(held, model, fit, base, unit=unit, confidence=confidence),
        alike=renewals(held, lifespans, model, fit, base, unit=unit, units=None, confidence=confidence),
    )


def residual(
    held: Sequence[Held],
    model: ModuleType,
    fit: Fit | NoEstimate,
    base: Subscriptions,
    *,
    unit: Fraction,
    confidence: float,
) -> Answer:
    """What each who is still subscribed is expected to pay over the horizon, discounted; about these very customers.

    A customer is worth their money a month x the discounted months that one of their tenure is expected to stay.
    """
    if isinstance(fit, NoEstimate):
        return fit
    there, paying = (sum(getattr(one, name) for one in held) for name in ("customers", "mrr"))
    if paying <= 0:
        return NoEstimate(NOBODY_PAYS)
    weights = np.zeros(max(one.months for one in held) + 1)
    for one in held:
        weights[one.months] += float(one.mrr)
    stay = model.mean_derl(fit, weights, discount(base), horizon=months_ahead(base), confidence=confidence)
    if not isinstance(stay, Interval):
        return NoEstimate(stay.reason)
    factor = float(paying * unit / there) * margin(base)
    return Interval(stay.value * factor, stay.se * factor, stay.low * factor, stay.high * factor)


def tenure(
    group: Group, lifespans: Durations, model: ModuleType, fit: Fit | NoEstimate, base: Subscriptions, confidence: float
) -> Tenure:
    """The share still there by month: observed as far as it was, and from there as the model goes on."""
    if lifespans.n == 0:
        return Tenure(group, (), (), (), (), (), ())
    found = curve(lifespans, grid=DAY, confidence=confidence)
    observed = tuple(1 - one for one in found.share)
    months = len(observed) - 1
    steps = survival(lifespans)
    left = {step: had / there for step, had, there in zip(steps.steps, steps.events, steps.at_risk, strict=True)}
    extrapolated: tuple[float, ...] = ()
    if isinstance(fit, Fit):
        ahead = model.survival(fit, np.arange(months, months + months_ahead(base) + 1, dtype=np.float64))
        extrapolated = tuple(observed[-1] * float(one) / float(ahead[0]) for one in ahead[1:])
    return Tenure(
        group,
        tuple(range(months + len(extrapolated) + 1)),
        observed,
        tuple(1 - one for one in found.high),
        tuple(1 - one for one in found.low),
        extrapolated,
        tuple(left.get(step, 0.0) for step in range(months + 1)),
    )
