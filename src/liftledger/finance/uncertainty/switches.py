"""Switching values: where one input alone turns the NPV from gain to loss."""

import math

import msgspec

from liftledger.domain.bounds import bounds
from liftledger.domain.cash import Exact, Switch
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.workings import Input, Workings
from liftledger.finance.workings.evaluation import Evaluation
from liftledger.finance.workings.variants import NPV, npvs

GRID = 65  # points at which a crossing is looked for; each round narrows it down 64 times
ROUNDS = 5  # 64^5 is 10^9: so near, a curve is straight to the last digit

FARTHEST = 1e9  # steps: of so little, the NPV's last digits are left


class Range(msgspec.Struct, frozen=True):
    """Values that an input can have."""

    low: float = -math.inf
    high: float = math.inf
    straight: bool = True  # whether the NPV is a straight line over them
    monotone: bool = True  # or else only rises or only falls


UNDECLARED = ("holdout", "once", "monthly", "decisions")  # where 0, nothing is declared


def switches(workings: Workings) -> tuple[Switch, ...]:
    """In the order of the inputs. Left out are those of which nothing is declared, such as a cost that comes monthly
    only, and those that say how sure the case is and not what it comes to."""
    months = max(workings.months, 1)
    asked = [(one, found) for one in workings.inputs if (found := _range(one, months))]
    probes = [{one.name: point} for one, within in asked for point in _probes(one, within)]
    now, *values = npvs(workings, [{}, *probes])
    return tuple(
        Switch(one.name, _answer(workings, one, within, now, pair))
        for (one, within), pair in zip(asked, zip(values[::2], values[1::2], strict=True), strict=True)
    )


def _range(one: Input, months: int) -> Range | None:
    """Within what it can be at all; None: not asked."""
    found, (least, most) = _shape(one, months), bounds(one)
    if found is None:
        return None
    low = found.low if least is None else max(found.low, least)
    high = found.high if most is None else min(found.high, most)
    return msgspec.structs.replace(found, low=low, high=high)


def _shape(one: Input, months: int) -> Range | None:
    """How the NPV depends on it, and the ends that its meaning in the formulas sets."""
    kind = one.name.rpartition(".")[2]
    if one.value == 0 and kind in UNDECLARED:
        return None
    match kind:
        case "effect" | "luck" | "prior_mean":
            return Range()
        case "worth":
            return Range(0.0 if one.value >= 0 else -math.inf)
        case "units" | "once" | "monthly" | "per_decision" | "decisions" | "overrun":
            return Range(0.0)
        case "holdout" | "realisation":
            return Range(0.0, 1.0)
        case "margin":
            return Range(high=1.0)
        case "decay":
            return Range(0.0, 1.0, straight=False)
        case "ramp":
            return Range(0.0, float(months), straight=False)
        case "pace":
            return Range(1 / months, float(months), straight=False, monotone=False)
        case "discount":
            return Range(0.0, straight=False, monotone=False)
    return None


def _probes(one: Input, within: Range) -> tuple[float, float]:
    """Two values that say how the NPV depends on it."""
    if within.straight:
        return one.value, one.value + _step(one)
    return within.low, within.high


def _step(one: Input) -> float:
    return abs(one.value) or 1.0


def _answer(workings: Workings, one: Input, within: Range, now: float, npv: tuple[float, float]) -> Exact | NoEstimate:
    if within.straight:
        return _on_line(one, within, now, npv[1])
    if within.monotone and npv[0] * npv[1] > 0:
        return _never(within, now)
    found = _crossing(workings, one.name, within, near=one.value)
    return _never(within, now) if found is None else Exact(found)


def _on_line(one: Input, within: Range, now: float, then: float) -> Exact | NoEstimate:
    """`then` is the NPV a step further."""
    if then == now:
        return NoEstimate("the NPV does not depend on it")
    if abs(now) > FARTHEST * abs(then - now):
        return NoEstimate("the NPV hardly depends on it")
    found = one.value - now * _step(one) / (then - now)
    if found < within.low:
        return NoEstimate(f"it would have to be {found:.4g}, and it cannot be below {within.low:g}")
    if found > within.high:
        return NoEstimate(f"it would have to be {found:.4g}, and it cannot be above {within.high:g}")
    return Exact(found)


def _never(within: Range, now: float) -> NoEstimate:
    side = "above" if now > 0 else "below"
    return NoEstimate(f"the NPV is {side} 0 at every value from {within.low:.4g} to {within.high:.4g}")


def _crossing(workings: Workings, name: str, within: Range, *, near: float) -> float | None:
    """Where the NPV crosses 0, the crossing nearest to `near`; None where it does not at the points looked at."""
    import numpy as np

    evaluation = Evaluation(workings.months, workings.inputs, workings.rows)
    low, high, below, beyond = within.low, within.high, 0.0, 0.0
    for _ in range(ROUNDS):
        points = np.linspace(low, high, GRID)
        evaluation = evaluation.again({name: points})  # what does not depend on it stays as it was in the last round
        found = np.broadcast_to(evaluation[NPV][:, 0], points.shape)
        above = found > 0
        places = np.nonzero(above[:-1] != above[1:])[0]
        if not len(places):
            return None
        at = min(places, key=lambda place: abs(points[place] - near))
        (low, high), (below, beyond) = points[at : at + 2].tolist(), found[at : at + 2].tolist()
    return float(low - below * (high - low) / (beyond - below))
