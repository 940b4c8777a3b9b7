"""What subscribers are expected to pay from now on, and how that varies with the units that came."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from types import ModuleType

import msgspec
import numpy as np

from liftledger.domain.customers import Subscriptions
from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.engine.subscriptions.holdings import Held
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, dot
from liftledger.lifetime.influence import Stage, average_of_units
from liftledger.lifetime.leaving import of_leavers, of_stayers
from liftledger.prove.customers.monthly import discount, margin, months_ahead

NOBODY_PAYS = "nobody pays for a subscription now"


def renewals(
    held: Sequence[Held],
    lifespans: Durations,
    model: ModuleType,
    fit: Fit | NoEstimate,
    base: Subscriptions,
    *,
    unit: Fraction,
    units: int | None,
    confidence: float,
) -> Answer:
    """Discounted value over the horizon, for each of so many randomised units; None: for each who is subscribed.

    To the model customers of one tenure are alike, and what each of them pays is given. Who left in a month of tenure
    that is not over is gone, and is in the fit as one who stayed until it began.
    """
    if isinstance(fit, NoEstimate):
        return fit
    of = sum(one.customers for one in held) if units is None else units
    if not of or sum(one.mrr for one in held) <= 0:
        return NoEstimate(NOBODY_PAYS)
    last = max([*lifespans.events, *lifespans.censored])
    tenure = np.arange(last + 1)
    by_tenure = {t: Held(t, 0, 0, 0) for t in tenure.tolist()} | {one.months: one for one in held}
    there, mrr = (_numbers(getattr(by_tenure[t], name) for t in by_tenure) for name in ("customers", "mrr"))
    stayed = _numbers(lifespans.censored.get(t, 0) for t in by_tenure)
    left = _numbers(lifespans.events.get(t, 0) for t in range(1, last + 1))
    gone = np.zeros(len(stayed) + len(left))

    def worth(moved: dict[str, float]) -> Numbers:
        """Of 1 a month, by tenure."""
        ahead: Numbers = model.derls(moved, tenure, discount(base), months_ahead(base))
        return float(unit) * margin(base) * ahead

    def told(moved: dict[str, float]) -> Numbers:
        changed = msgspec.structs.replace(fit, parameters=moved)
        stays = of_stayers(model.retention, changed, last)
        return np.concatenate((stays, stays, of_leavers(model.retention, changed, last)))

    each = worth(fit.parameters)
    return average_of_units(
        np.concatenate((each * mrr / np.maximum(there, 1), gone)),
        np.concatenate((there, stayed - there, left)),
        of,
        [Stage(fit, told, lambda moved: dot(mrr, worth(moved)) / of)],
        apart=dot(each**2, _numbers(map(_apart, by_tenure.values()))),
        among=np.concatenate((np.ones(len(there)), gone)) if units is None else None,
        confidence=confidence,
    )


def _apart(held: Held) -> Fraction:
    """Sum of squares by which what customers pay is apart from their mean."""
    return held.squares - Fraction(held.mrr**2, max(held.customers, 1))


def _numbers(values: Iterable[int | Fraction]) -> Numbers:
    return np.array([float(one) for one in values])
