"""Whether a share is the same in several arms."""

from collections.abc import Sequence

from liftledger.stats.distributions import chi2_tail


def homogeneity(cells: Sequence[tuple[int, int]]) -> float | None:
    """p-value of Pearson's chi-square for (with, without) counts by arm; None where there is nothing to compare.

    Pearson (1900); Agresti, Categorical Data Analysis (2013), equation (3.10): expected = row total x column total / n.
    """
    arms = [(yes, no) for yes, no in cells if yes + no > 0]
    whole = sum(yes + no for yes, no in arms)
    shares = (sum(yes for yes, _ in arms) / whole, sum(no for _, no in arms) / whole) if whole else (0.0, 0.0)
    if len(arms) < 2 or 0.0 in shares:
        return None
    chi2 = sum(
        (found - (yes + no) * share) ** 2 / ((yes + no) * share)
        for yes, no in arms
        for found, share in zip((yes, no), shares, strict=True)
    )
    return chi2_tail(chi2, len(arms) - 1)
