"""Quantiles and tails of the distributions that the methods use; the only place that imports scipy."""

from scipy import special


def normal_quantile(probability: float) -> float:
    """The standard normal's."""
    return float(special.ndtri(probability))


def t_quantile(probability: float, dof: float) -> float:
    """Student's t."""
    return float(special.stdtrit(dof, probability))


def t_two_sided(t: float, dof: float) -> float:
    """P(|T| >= |t|) of Student's t."""
    return float(2 * special.stdtr(dof, -abs(t)))


def chi2_tail(chi2: float, dof: int) -> float:
    """P(X >= chi2) of chi-square."""
    return float(special.chdtrc(dof, chi2))
