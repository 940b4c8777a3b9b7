"""Internal rate of return: the rate at which the flows' present value is 0, where there is exactly one."""

import itertools
import math
from collections.abc import Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate

BEYOND = NoEstimate("the rate of return is beyond all numbers that can be written down")
UNCLEAR = "a rate of return is clear only where there is exactly one"
SMALLEST = 1e-300  # its inverse can be written down


class Rate(msgspec.Struct, frozen=True):
    """A rate of return per period, as a fraction."""

    value: float


def irr(flows: Sequence[float]) -> Rate | NoEstimate:
    """Per period, of flows at equal distances."""
    return rate_of_return(flows, range(len(flows)))


def sign_changes(flows: Sequence[float]) -> int:
    """How often the flows change from in to out or back; flows of 0 do not count."""
    signs = [flow > 0 for flow in flows if flow != 0]
    return sum(one != other for one, other in itertools.pairwise(signs))


def rate_of_return(flows: Sequence[float], times: Sequence[float]) -> Rate | NoEstimate:
    """Of flows at `times`, which rise from 0; the rate is per unit of time.

    With one change of sign there is exactly one rate above -1: Descartes' rule of signs, for the discount factor
    v = 1 / (1 + rate) as the unknown (for powers that are not whole: Jameson 2006, "Counting zeros of generalised
    polynomials", Mathematical Gazette 90, 223-234). With v = u / (1 - u), all rates from infinity down to -1 are u from
    0 to 1, an interval that bisection cannot leave.
    """
    changes = sign_changes(flows)
    if changes != 1:
        return NoEstimate(f"the flows change sign {_times(changes)}; {UNCLEAR}")
    real = [(flow, time) for flow, time in zip(flows, times, strict=True) if flow != 0]
    side = math.copysign(1.0, real[0][0])
    low, high = 0.0, 1.0
    while low < (u := (low + high) / 2) < high:
        low, high = (u, high) if side * _present(real, u) > 0 else (low, u)
    return Rate((1 - 2 * u) / u) if u > SMALLEST else BEYOND


def _present(flows: Sequence[tuple[float, float]], u: float) -> float:
    """Present value where v <= 1, else the value at the last flow: of one sign, and neither can overflow."""
    (_, first), (_, last) = flows[0], flows[-1]
    if u <= 1 / 2:
        return math.fsum(flow * (u / (1 - u)) ** (time - first) for flow, time in flows)
    return math.fsum(flow * ((1 - u) / u) ** (last - time) for flow, time in flows)


def _times(number: int) -> str:
    return {0: "never", 2: "twice"}.get(number, f"{number} times")
