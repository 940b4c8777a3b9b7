"""A mean or quotient of one group of units by itself, with its interval."""

from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.joint import Contrast, Part, source
from liftledger.stats.quantity import Quantity
from liftledger.stats.skew import NOTICEABLE, skew_difference, skewness
from liftledger.stats.welch import welch

NOTHING = Part(1, 1, 0.0, 0.0, 1)  # what a group is not compared with


def interval(quantity: Quantity, sums: Sums, *, confidence: float = 0.95) -> Answer:
    """Student's t of the mean, or of the quotient linearised by unit (`ratio`).

    Skew-corrected as the effects of studies are, where third powers were summed and call for it.
    """
    found = quantity.of(sums)
    if isinstance(found, NoEstimate):
        return NoEstimate(f"the group {found.reason}")
    if sums.n == 1:
        return NoEstimate("the group has 1 unit; a variance needs 2")
    if quantity.rests_on_one(sums):
        return NoEstimate("a single unit makes up the group's denominator; a variance needs 2")
    own = source(sums, found.weights, {}).part(1.0, 0.0, 1)
    contrast = Contrast(float(found.value), (own, NOTHING))
    if contrast.se == 0:
        return NoEstimate("all values are equal, so nothing shows how far chance could move them")
    bent = skewness(contrast)
    method = skew_difference if bent is not None and abs(bent) > NOTICEABLE else welch
    return method(contrast, confidence=confidence).interval
