"""CUPED: both values adjusted for what was known before the study."""

from fractions import Fraction

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.joint import Joint, source
from liftledger.stats.quantity import NO_PERIOD, Quantity, of_arms
from liftledger.stats.variable import Variable, combine


def cuped(outcome: Quantity, covariate: Quantity, control: Sums, treatment: Sums) -> Joint | NoEstimate:
    """Each arm's value moved along its own slope to the covariate's mean over both arms.

    Deng, Xu, Kohavi & Walker (2013), "Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data", WSDM '13, section 3.2; for quotients, appendix B: outcome and covariate are linearised first.
    One slope per arm, so that a covariate can only help: Lin (2013), Annals of Applied Statistics 7, 295-318; the
    difference is the coefficient of the arm in a regression on arm, centred covariate and their product. Unlike its
    usual standard error, ours includes that the covariate's mean is itself estimated.
    """
    values = of_arms(outcome, control, treatment)
    if isinstance(values, NoEstimate):
        return values
    if covariate.always_zero(control) and covariate.always_zero(treatment):
        return NoEstimate(NO_PERIOD)
    befores = of_arms(covariate, control, treatment)
    if isinstance(befores, NoEstimate):
        return NoEstimate(f"before the study, {befores.reason}")
    slopes = []
    alike = [value.covariance(value) == 0 for value in values if value.sums.n > 1]
    for arm, value, before in zip(("control", "treatment"), values, befores, strict=True):
        if value.sums.n < 3:
            return NoEstimate(f"the {arm} arm has fewer than 3 units; a slope's variance needs 3")
        if value.covariance(value) == 0 and not all(alike):
            return NoEstimate(f"all units of the {arm} arm have the same value, so there is nothing to adjust")
        spread = before.covariance(before)
        if spread == 0:
            return NoEstimate(f"the covariate is the same for every unit of the {arm} arm")
        slopes.append(value.covariance(before) / spread)
    return _adjusted(*values, *befores, *slopes)


def _adjusted(
    y_c: Variable, y_t: Variable, x_c: Variable, x_t: Variable, slope_c: Fraction, slope_t: Fraction
) -> Joint:
    """With a = slope_t n_c / n and b = slope_c n_t / n, the values are y_t - a (x_t - x_c) and y_c + b (x_t - x_c)."""
    n_c, n_t = y_c.sums.n, y_t.sums.n
    a, b = slope_t * Fraction(n_c, n_c + n_t), slope_c * Fraction(n_t, n_c + n_t)
    gap = x_t.value - x_c.value
    one = Fraction(1)
    return Joint(
        float(y_t.value - a * gap),
        float(y_c.value + b * gap),
        (
            source(y_t.sums, combine((one, y_t), (-a, x_t)), combine((-b, x_t)), slopes=1),
            source(y_c.sums, combine((a, x_c)), combine((-one, y_c), (b, x_c)), slopes=1),
        ),
    )
