"""A number read off one arm's survival curve, and how it varies from sample to sample."""

from collections.abc import Sequence

import msgspec

from liftledger.stats.joint import Source
from liftledger.stats.survival import Survival

ROUNDING = 1e-9  # the effective number of units is a float


class Level(msgspec.Struct, frozen=True):
    """An estimate from a curve with its variance as the textbooks have it, and what corrects it in small samples.

    `units` is the effective number of units: as many, all of them observed throughout, would have this variance.
    Without censoring it is the number of units. Cutler & Ederer (1958), Journal of Chronic Diseases 8, 699-712.
    """

    value: float
    variance: float
    third: float  # third cumulant
    units: float

    def scaled(self, factor: float, *, shift: float = 0.0) -> "Level":
        """Of factor x value + shift."""
        return Level(factor * self.value + shift, factor**2 * self.variance, factor**3 * self.third, self.units)

    def source(self, *, control: bool) -> Source:
        """The variation of an arm's value, unbiased as that of a mean of `units`: divided by units - 1, not units.

        Of complete records it is exactly that of the units' mean; Fisher's k-statistic is the third cumulant.
        """
        n = self.units
        variance = self.variance * n / (n - 1)
        third = self.third * n * n / ((n - 1) * (n - 2)) if n > 3 - ROUNDING else None
        if control:
            return Source(n, n - 1, (0.0, 0.0, variance), None if third is None else (0.0, 0.0, 0.0, -third))
        return Source(n, n - 1, (variance, 0.0, 0.0), None if third is None else (third, 0.0, 0.0, 0.0))


def level(survival: Survival, value: float, areas: Sequence[float]) -> Level:
    """The level whose change with the hazard h of a step is -area / (1 - h); one area for each of the first steps.

    The sum over steps of area^2 d / (Y (Y - d)), Y units at risk, d events: Greenwood's formula where the area is S
    at the mark (Klein & Moeschberger 2003, equation (4.2.2)), the restricted mean's where it is the area under S from
    the step to the horizon (equation (4.5.2)). It is also the mean square, over n, of the units' influence:

        the sum over the steps at which the unit is at risk of g d / Y, less g at its event; g = n area / (Y - d),

    and the third cumulant is the mean cube over n^2. Where a risk set is used up, nothing lies beyond: area and term
    are 0. Without variance every unit counts.
    """
    n, passed = survival.units, 0.0
    variance = cubes = of_unit = 0.0
    left = n
    for area, had, at_risk, after in zip(areas, survival.events, survival.at_risk, survival.share, strict=False):
        cubes += (left - at_risk) * passed * passed * passed  # censored since the step before
        g = n * area / (at_risk - had) if area else 0.0
        passed += g * had / at_risk
        cubes += had * (passed - g) ** 3
        if area:
            variance += area * area * had / (at_risk * (at_risk - had))
            of_unit += area * area * had / (at_risk * after)
        left = at_risk - had
    cubes += left * passed**3
    return Level(value, variance, cubes / n**3, of_unit / variance if variance > 0 else float(n))
