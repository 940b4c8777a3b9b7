"""CAC payback: how soon a new customer earns what it cost to win them, before and after."""

import math
from collections.abc import Iterator, Mapping, Sequence

from liftledger.domain.cash import BenefitLine, Extra, Figure
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.value import Acquisition
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import Input, scaled
from liftledger.finance.formulas.acquisition import at_constant_spend, cac, payback
from liftledger.finance.formulas.normal import interval
from liftledger.finance.formulas.retained import payback as by_curve
from liftledger.finance.tables.ground import Ground, Number, id_of

NAME = "cac_payback"
NO_LINE = NoEstimate("no line with `benefit: acquisition` is priced, so nothing measured changes what a customer costs")
EARNED = "monthly revenue of a new customer x margin"
CONSTANT = (
    "Spend stays as it is: what converts more of the same visitors wins more customers for it. Sales and marketing "
    "count as they were declared."
)


def cac_payback(ground: Ground) -> Extra | None:
    """Where the project says what acquisition costs."""
    declared = ground.value.acquisition
    if declared is None:
        return None
    earned = {"revenue": declared.revenue, "margin": ground.value.margin}
    return Extra(
        NAME, "CAC payback", (CONSTANT,), (*_before(ground, declared, earned), *_after(ground, declared, earned))
    )


def _before(ground: Ground, declared: Acquisition, earned: Mapping[str, Input]) -> Iterator[Figure]:
    cost = cac(float(declared.spend), float(declared.customers))
    spent: dict[str, Input] = {"spend": declared.spend, "customers": declared.customers}
    yield ground.figure(NAME, "cac", cost, ground.currency, "spend / new customers of the same month", spent)
    yield ground.figure(
        NAME,
        "payback",
        _payback(ground, declared, cost),
        "months",
        f"CAC / ({EARNED}), without churn and discounting",
        {"CAC": id_of(NAME, "cac"), **earned},
    )
    yield ground.figure(
        NAME,
        "payback_with_churn",
        _payback_by_curve(ground, declared, cost),
        "months",
        f"when the present value of {EARNED} x share still there reaches CAC: by the retention curve, and where that "
        "was not observed by its model",
        {"CAC": id_of(NAME, "cac"), **earned, "discount": ground.monthly},
    )


def _after(ground: Ground, declared: Acquisition, earned: Mapping[str, Input]) -> Iterator[Figure]:
    after = cac_after(ground)
    yield ground.figure(
        NAME,
        "conversion",
        conversion(ground),
        "share",
        "relative lift of conversion as the case expects it: of each line x (1 - holdout) x realisation, and lines of "
        "several steps multiply",
        {line.name: line.shrunk.id for _, line in ground.lines("acquisition")},
    )
    yield ground.figure(
        NAME,
        "cac_after",
        after,
        ground.currency,
        "CAC / (1 + conversion)",
        {"CAC": id_of(NAME, "cac"), "conversion": id_of(NAME, "conversion")},
    )
    yield ground.figure(
        NAME,
        "payback_after",
        _payback(ground, declared, after),
        "months",
        f"CAC after / ({EARNED}), without churn and discounting",
        {"CAC after": id_of(NAME, "cac_after"), **earned},
    )


def cac_after(ground: Ground) -> Interval | NoEstimate:
    """What a customer costs with the effects of all lines on acquisition that are priced."""
    declared, lift = ground.value.acquisition, conversion(ground)
    if declared is None:
        return NoEstimate("no acquisition is declared")
    cost = cac(float(declared.spend), float(declared.customers))
    if isinstance(cost, NoEstimate):
        return cost
    return lift if isinstance(lift, NoEstimate) else at_constant_spend(cost, lift, confidence=ground.confidence)


def conversion(ground: Ground) -> Interval | NoEstimate:
    """Relative lift of all lines on acquisition together: (1 + one) x (1 + other) - 1, studies independent."""
    lifts = [_lift(one, line) for one, line in ground.lines("acquisition")]
    none = next((lift for lift in lifts if isinstance(lift, NoEstimate)), None)
    if none is not None or not lifts:
        return none or NO_LINE
    return _product([lift for lift in lifts if isinstance(lift, Interval)], ground.confidence)


def _product(lifts: Sequence[Interval], confidence: float) -> Interval:
    whole = math.prod(1 + lift.value for lift in lifts)
    relative = math.hypot(*(lift.se / (1 + lift.value) for lift in lifts))
    return interval(whole - 1, whole * relative, confidence=confidence)


def _lift(measured: Measured, line: BenefitLine) -> Interval | NoEstimate:
    """As expected after the prior, of all who come: those held out convert as before."""
    before, effect, declared = measured.priced.control_value, line.shrunk.answer, measured.line
    if declared.assumed is not None:
        return NoEstimate(
            f"{line.name} is assumed, and by how much conversion is to rise relative to today is not said"
        )
    if not before or before < 0:
        return NoEstimate(f"in {line.name}, nobody of the control arm converts, so there is no relative lift")
    if measured.direction < 0:
        return NoEstimate(f"in {line.name}, less of the metric is better, so it is no conversion")
    if isinstance(effect, NoEstimate) or not isinstance(effect, Interval):
        return NoEstimate(f"{line.name} has no interval")
    counts = (1 - float(declared.holdout)) * float(1 if declared.realisation is None else declared.realisation)
    unshrunk = line.shrunk.answer == line.effect.answer
    lift = measured.priced.lift
    if unshrunk and isinstance(lift, Interval):
        return scaled(lift, counts)
    return scaled(effect, counts / before)


def _payback_by_curve(ground: Ground, declared: Acquisition, cost: float | NoEstimate) -> float | NoEstimate:
    margin, base = ground.value.margin, ground.base(declared.base)
    tenure = None if base is None else next((one for one in base.tenures if one.group == EVERYBODY), None)
    if isinstance(cost, NoEstimate):
        return cost
    if margin is None:
        return NoEstimate("no margin is declared")
    if tenure is None or not tenure.observed:
        return NoEstimate("no base of subscriptions is named under acquisition, so there is no retention curve")
    shares, earned = (*tenure.observed, *tenure.extrapolated), float(declared.revenue) * float(margin)
    return by_curve(shares, margin=earned, discount=ground.monthly, cost=cost)


def _payback(ground: Ground, declared: Acquisition, cost: Number) -> Number:
    if isinstance(cost, NoEstimate):
        return cost
    if ground.value.margin is None:
        return NoEstimate("no margin is declared")
    one = payback(1.0, float(declared.revenue), float(ground.value.margin))
    if isinstance(one, NoEstimate):
        return one
    return scaled(cost, one) if isinstance(cost, Interval) else cost * one
