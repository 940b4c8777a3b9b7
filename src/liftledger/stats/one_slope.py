"""CUPED with one slope for both arms, as tea-tasting and GrowthBook have it."""

from fractions import Fraction

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.quantity import NO_PERIOD, Quantity, of_arms
from liftledger.stats.variable import Variable


def one_slope(
    outcome: Quantity, covariate: Quantity, control: Sums, treatment: Sums, *, together: bool
) -> tuple[Variable, Variable] | NoEstimate:
    """Both arms moved to the covariate of all units along a slope that counts as known.

    `together`: the slope over all units as one sample; otherwise the arms' covariances over their variances, each
    summed. Only for quotients does it matter where they are linearised.
    """
    if control.n < 2 or treatment.n < 2:
        return NoEstimate("an arm has fewer than 2 units; a slope needs 2")
    if covariate.always_zero(control) and covariate.always_zero(treatment):
        return NoEstimate(NO_PERIOD)
    both = control + treatment
    values, befores = of_arms(outcome, control, treatment), of_arms(covariate, control, treatment)
    value, before = outcome.of(both), covariate.of(both)
    if isinstance(values, NoEstimate):
        return values
    if isinstance(befores, NoEstimate):
        return NoEstimate(f"before the study, {befores.reason}")
    if isinstance(value, NoEstimate) or isinstance(before, NoEstimate):
        return NoEstimate("the denominators of the two arms cancel")
    pairs = [(value, before)] if together else list(zip(values, befores, strict=True))
    spread = sum(x.covariance(x) for _, x in pairs)
    if spread == 0:
        return NoEstimate("the covariate is the same for every unit")
    slope = sum((y.covariance(x) for y, x in pairs), Fraction(0)) / spread
    adjusted = [y.moved(x, slope=slope, at=before.value) for y, x in zip(values, befores, strict=True)]
    return adjusted[0], adjusted[1]
