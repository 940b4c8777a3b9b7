"""Scenarios: what the case comes to where several things go otherwise than expected at once."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import NormalDist

from liftledger.domain.value import Scene
from liftledger.domain.workings import End, Input, Scenario, Workings, is_luck
from liftledger.finance.uncertainty.uncertain import quantile, uncertain
from liftledger.finance.workings.inputs import spoken
from liftledger.finance.workings.variants import each, npvs, variants

TENTH = Decimal(repr(NormalDist().inv_cdf(0.9)))  # standard errors to the 10 % or 90 % point
READY = (
    Scene("base", "All as declared and measured."),
    Scene(
        "bear",
        "Every effect at its 10% point, and every declared range at its worse end.",
        luck=-TENTH,
        ranges="low",
    ),
    Scene(
        "bull",
        "Every effect at its 90% point, and every declared range at its better end.",
        luck=TENTH,
        ranges="high",
    ),
    Scene("slow", "Gains take twice as long.", pace=Decimal(2)),
    Scene("overrun_20", "Costs overrun by 20%.", overrun=Decimal("1.2")),
    Scene("overrun_60", "Costs overrun by 60%.", overrun=Decimal("1.6")),
)
OUTCOME = (
    "summary.npv",
    "closed_form.npv_low",
    "closed_form.npv_high",
    "summary.benefits",
    "summary.costs",
    "summary.roi",
    "summary.payback",
    "summary.discounted_payback",
    "summary.irr_annual",
    "closed_form.p_negative",
    "summary.break_even",
)  # rows


def scenarios(workings: Workings, scenes: Sequence[Scene]) -> tuple[Scenario, ...]:
    """The ready-made ones, each unless one of its name is declared, then the rest of those that are declared."""
    declared = {scene.name: scene for scene in scenes}
    whole = [declared.pop(scene.name, scene) if scene.name != "base" else scene for scene in READY]
    whole += declared.values()
    better = _better_ends(workings)
    ends = [_ends(scene, workings, better) for scene in whole]
    changes = [_changes(scene, workings, own) for scene, own in zip(whole, ends, strict=True)]
    found = variants(workings, changes)
    outcomes = {name: each(found, name, len(whole)) for name in OUTCOME}
    return tuple(
        Scenario(
            scene.name,
            spoken(scene.name),
            _described(scene, workings),
            change,
            {name: _finite(numbers[place]) for name, numbers in outcomes.items()},
            own,
        )
        for place, (scene, change, own) in enumerate(zip(whole, changes, ends, strict=True))
    )


def _better_ends(workings: Workings) -> dict[str, int]:
    """Input that is uncertain -> 1 where its upper end means a higher NPV than its lower one, else -1."""
    drawn = uncertain(workings.inputs)
    found = iter(npvs(workings, [{one.name: at(one, _end(one, side))} for one in drawn for side in (-1, 1)]))
    return {one.name: 1 if next(found) <= next(found) else -1 for one in drawn}


def _ends(scene: Scene, workings: Workings, better: Mapping[str, int]) -> dict[str, End]:
    """Where in their own ranges the uncertain inputs are that the scenario moves as a whole."""
    found: dict[str, End] = {}
    for one in workings.inputs:
        if one.name not in better or one.name in scene.inputs:
            continue
        luck = better[one.name] * float(scene.luck)
        if luck and (is_luck(one.name) or one.name.endswith(".effect")):
            found[one.name] = luck
        elif scene.ranges and not is_luck(one.name):
            found[one.name] = _end(one, better[one.name] * (1 if scene.ranges == "high" else -1))
    return found


def _end(one: Input, side: int) -> End:
    """The upper end of its range, or the lower; of a normal distribution its 90 % or 10 % point."""
    if one.sd:
        return side * float(TENTH)
    return "high" if side > 0 else "low"


def _changes(scene: Scene, workings: Workings, ends: Mapping[str, End]) -> dict[str, float]:
    """Inputs that differ from the case or are declared, by name; one that the case does not have is left out."""
    found = {"pace": float(scene.pace), "overrun": float(scene.overrun)}
    found |= {one.name: at(one, ends[one.name]) for one in workings.inputs if one.name in ends}
    found |= {name: float(value) for name, value in scene.inputs.items()}
    known = {one.name: one.value for one in workings.inputs}
    return {
        name: value for name, value in found.items() if name in known and (value != known[name] or name in scene.inputs)
    }


def at(one: Input, end: End) -> float:
    """What the input is there."""
    if not isinstance(end, str):
        return one.value + end * one.sd if one.sd else quantile(one, NormalDist().cdf(end))
    found = one.low if end == "low" else one.high
    return one.value if found is None else found


def _described(scene: Scene, workings: Workings) -> str:
    known = {one.name for one in workings.inputs}
    absent = sorted(name for name in scene.inputs if name not in known)
    left = f"Without {', '.join(absent)}, of what is not priced." if absent else ""
    return " ".join(filter(None, (scene.description, left)))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
