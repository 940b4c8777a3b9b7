"""Constant churn: what a customer is worth under it, and the churn at which spending on customers breaks even."""

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.formulas.normal import interval


def worth(margin: float, churn: float, discount: float) -> float:
    """Present value of a customer who pays `margin` after each month that they stay; `churn` and `discount` of a month.

    m (1 - c) / (d + c): the convention m r / (1 + d - r), with r = 1 - c. The first margin comes a month ahead, and
    what acquisition brings is not in it.
    """
    return margin * (1 - churn) / (discount + churn)


def break_even(margin: float, churn: float, discount: float, spend: float) -> float | NoEstimate:
    """The churn at which a customer is worth `spend` more than at `churn`; `spend` is a present value per customer.

    Solves m (1 - c*) / (d + c*) = V for c*, where V = m (1 - c) / (d + c) + spend: c* = (m - V d) / (m + V).
    """
    wanted = worth(margin, churn, discount) + spend
    found = (margin - wanted * discount) / (margin + wanted)
    if found < 0:
        return NoEstimate("even if nobody left, staying customers would not earn back what is spent on them")
    return found


def break_even_of(
    margin: float, churn: Interval, discount: float, spend: float, *, confidence: float
) -> Interval | NoEstimate:
    """As `break_even` of a churn that was measured; delta method: dc*/dc = (m (1 + d) / ((d + c) (m + V)))^2."""
    found = break_even(margin, churn.value, discount, spend)
    if isinstance(found, NoEstimate):
        return found
    wanted = worth(margin, churn.value, discount) + spend
    slope = (margin * (1 + discount) / ((discount + churn.value) * (margin + wanted))) ** 2
    return interval(found, slope * churn.se, confidence=confidence)


def reduction(churn: Interval, target: Interval, *, confidence: float) -> Interval:
    """How much of the churn has to go, relative: 1 - c* / c; c* follows from c, so both err together."""
    share = target.value / churn.value
    slope = (target.se / churn.se if churn.se else 0.0) / churn.value - share / churn.value
    return interval(1 - share, abs(slope) * churn.se, confidence=confidence)
