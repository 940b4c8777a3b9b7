"""The next test: how long to go on measuring, so that what is learned is worth most beyond what it costs."""

import math
from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.information import evpi, foreseen

NOTHING = NoEstimate("no effect was measured with an error that a test could reduce")


class Evidence(msgspec.Struct, frozen=True):
    """What one study knows of the NPV, in money."""

    study: str
    sd: float  # of the NPV as far as the study's luck moves it, after shrinkage
    se: float  # standard error of what it measures, before shrinkage
    months: float | None  # for how long it took in units; None where that is not known


class NextTest(msgspec.Struct, frozen=True):
    """A length, what it would be worth and what it costs."""

    months: int
    evsi: float
    cost: float

    @property
    def enbs(self) -> float:
        """Expected net benefit of sampling."""
        return self.evsi - self.cost


def next_test(mean: float, evidence: Sequence[Evidence], monthly_cost: float, most: int) -> NextTest | NoEstimate:
    """The number of whole months, up to `most`, with the largest ENBS; of equals the shortest.

    All studies go on as they did. Units come evenly, so that after m further months a study that took d months for a
    standard error s has measured anew with s x sqrt(d / m). Studies are independent: squares add up.
    """
    lasting = [one for one in evidence if one.sd > 0]
    if not lasting:
        return NOTHING
    unknown = [one.study for one in lasting if not one.months]
    if unknown:
        return NoEstimate(f"how fast evidence comes in {', '.join(unknown)} is not known: units did not come over time")
    tests = [_test(mean, lasting, monthly_cost, months) for months in range(1, most + 1)]
    return max(tests, key=lambda test: (test.enbs, -test.months))


def repeated(mean: float, evidence: Sequence[Evidence]) -> float | NoEstimate:
    """What it would be worth to measure all of it once more, with as many units."""
    if not any(one.sd > 0 for one in evidence):
        return NOTHING
    return evpi(mean, math.hypot(*(foreseen(one.sd, one.se) for one in evidence)))


def _test(mean: float, evidence: Sequence[Evidence], monthly_cost: float, months: int) -> NextTest:
    moved = math.hypot(*(foreseen(one.sd, one.se * math.sqrt((one.months or 0) / months)) for one in evidence))
    return NextTest(months, evpi(mean, moved), monthly_cost * months)
