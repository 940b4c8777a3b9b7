"""CAC payback: how soon a new customer earns what it cost to win them, before and after."""

import math
from collections.abc import Sequence

from liftledger.domain.cash import BenefitLine, Extra
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.acquisition import at_constant_spend, cac, payback
from liftledger.finance.figure import scaled
from liftledger.finance.measured import Measured
from liftledger.finance.normal import interval
from liftledger.finance.tables.ground import Ground, Number, id_of

NAME = "cac_payback"
NO_LINE = NoEstimate("no line with `benefit: acquisition` is priced, so nothing measured changes what a customer costs")
CONSTANT = (
    "Spend stays as it is: what converts more of the same visitors wins more customers for it. Sales and marketing are "
    "those that were declared, whoever sees to it that they are all there."
)


def cac_payback(ground: Ground) -> Extra | None:
    """Where the project says what acquisition costs."""
    declared = ground.value.acquisition
    if declared is None:
        return None
    cost = cac(float(declared.spend), float(declared.customers))
    lift, after = conversion(ground), cac_after(ground)
    names = {line.name: line.shrunk.id for _, line in ground.lines("acquisition")}
    margin = ground.value.margin
    months, earned = "months", "the monthly revenue of a new customer x margin"
    return Extra(
        name=NAME,
        title="CAC payback",
        words=(CONSTANT,),
        figures=(
            ground.figure(
                NAME,
                "cac",
                cost,
                ground.currency,
                "spend / new customers of the same month",
                {"spend": declared.spend, "customers": declared.customers},
            ),
            ground.figure(
                NAME,
                "payback",
                _payback(ground, cost),
                months,
                f"CAC / ({earned})",
                {"CAC": id_of(NAME, "cac"), "revenue": declared.revenue, "margin": margin},
            ),
            ground.figure(
                NAME,
                "conversion",
                lift,
                "share",
                "relative lift of conversion as the case expects it: of each line x (1 - holdout) x realisation, and "
                "lines of several steps multiply",
                names,
            ),
            ground.figure(
                NAME,
                "cac_after",
                after,
                ground.currency,
                "CAC / (1 + conversion)",
                {"CAC": id_of(NAME, "cac"), "conversion": id_of(NAME, "conversion")},
            ),
            ground.figure(
                NAME,
                "payback_after",
                _payback(ground, after),
                months,
                f"CAC after / ({earned})",
                {"CAC after": id_of(NAME, "cac_after"), "revenue": declared.revenue, "margin": margin},
            ),
        ),
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


def _payback(ground: Ground, cost: Number) -> Number:
    declared, margin = ground.value.acquisition, ground.value.margin
    assert declared is not None
    if isinstance(cost, NoEstimate):
        return cost
    if margin is None:
        return NoEstimate("no margin is declared")
    one = payback(1.0, float(declared.revenue), float(margin))
    if isinstance(one, NoEstimate):
        return one
    return scaled(cost, one) if isinstance(cost, Interval) else cost * one
