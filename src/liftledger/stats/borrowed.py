"""An arm whose units are all alike shows no variation of its own, and borrows that of both arms' units together.

Nobody among 28 has a ticket: that does not say that nobody ever would. Under no effect the units of both arms vary
alike, so their common variance stands in, as in the textbooks' pooled test of two shares.
"""

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.joint import Joint, Source, source
from liftledger.stats.level import Level
from liftledger.stats.quantity import Quantity


def borrowing(joint: Joint, quantity: Quantity, control: Sums, treatment: Sums) -> Joint:
    """The joint with a variation in each arm, where only one of the two has none of its own."""
    of_treatment, of_control = joint.sources
    lacks_treatment, lacks_control = of_treatment.second[0] == 0, of_control.second[2] == 0
    if lacks_treatment == lacks_control:
        return joint
    both = quantity.of(control + treatment)
    assert not isinstance(both, NoEstimate)
    if lacks_control:
        mirrored = {name: -weight for name, weight in both.weights.items()}
        return msgspec.structs.replace(
            joint, sources=(of_treatment, _of(source(both.sums, {}, mirrored), of_control.n)), borrowed="control"
        )
    return msgspec.structs.replace(
        joint, sources=(_of(source(both.sums, both.weights, {}), of_treatment.n), of_control), borrowed="treatment"
    )


def _of(whole: Source, n: float) -> Source:
    """The variation of the mean of n units of them."""
    factor = whole.n / n
    pp, pq, qq = (factor * one for one in whole.second)
    if whole.third is None:
        return Source(n, n - 1, (pp, pq, qq), None)
    ppp, ppq, pqq, qqq = (factor**2 * one for one in whole.third)
    return Source(n, n - 1, (pp, pq, qq), (ppp, ppq, pqq, qqq))


def borrowed(own: Level, both: Level) -> Level:
    """A level of an arm without variation, with that of the curve of both arms together; see Level.source."""
    n, whole = own.units, both.units
    factor = whole / n
    variance = both.variance * factor * (whole / (whole - 1)) * ((n - 1) / n)
    unbiased = whole**2 / ((whole - 1) * (whole - 2)) * ((n - 1) * (n - 2) / n**2) if min(whole, n) > 2 else 0.0
    return Level(own.value, variance, both.third * factor**2 * unbiased, n)
