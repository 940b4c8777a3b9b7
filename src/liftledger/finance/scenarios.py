"""Scenarios: what the case comes to where several things go otherwise than expected at once."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import NormalDist

from liftledger.domain.value import Scene
from liftledger.domain.workings import Input, Scenario, Workings
from liftledger.finance.inputs import spoken
from liftledger.finance.luck import is_luck
from liftledger.finance.uncertain import quantile, uncertain
from liftledger.finance.variants import each, npvs, variants

TENTH = Decimal(repr(NormalDist().inv_cdf(0.9)))  # standard errors to the 10 % or 90 % point
READY = (
    Scene("base", "All as declared and measured."),
    Scene(
        "bear",
        "Every effect at its 10 % point, and every declared range at its worse end.",
        luck=-TENTH,
        ranges="low",
    ),
    Scene(
        "bull",
        "Every effect at its 90 % point, and every declared range at its better end.",
        luck=TENTH,
        ranges="high",
    ),
    Scene("slow", "Gains take twice as long.", pace=Decimal(2)),
    Scene("overrun_20", "Costs overrun by 20 %.", overrun=Decimal("1.2")),
    Scene("overrun_60", "Costs overrun by 60 %.", overrun=Decimal("1.6")),
)
OUTCOME = (
    "npv",
    "npv_low",
    "npv_high",
    "benefits",
    "costs",
    "roi",
    "payback",
    "discounted_payback",
    "irr_annual",
    "p_negative",
    "break_even",
)  # rows of the summary


def scenarios(workings: Workings, scenes: Sequence[Scene]) -> tuple[Scenario, ...]:
    """The ready-made ones, each unless one of its name is declared, then the rest of those that are declared."""
    declared = {scene.name: scene for scene in scenes}
    whole = [declared.pop(scene.name, scene) if scene.name != "base" else scene for scene in READY]
    whole += declared.values()
    better = _better_ends(workings)
    changes = [_changes(scene, workings, better) for scene in whole]
    found = variants(workings, changes)
    outcomes = {name: each(found, f"summary.{name}", len(whole)) for name in OUTCOME}
    return tuple(
        Scenario(
            scene.name,
            spoken(scene.name),
            _described(scene, workings),
            change,
            {name: _finite(numbers[place]) for name, numbers in outcomes.items()},
        )
        for place, (scene, change) in enumerate(zip(whole, changes, strict=True))
    )


def _better_ends(workings: Workings) -> dict[str, int]:
    """Input that is uncertain -> 1 where more of it means a higher NPV, else -1."""
    drawn = uncertain(workings.inputs)
    found = iter(npvs(workings, [{one.name: quantile(one, share)} for one in drawn for share in (0.1, 0.9)]))
    return {one.name: 1 if next(found) <= next(found) else -1 for one in drawn}


def _changes(scene: Scene, workings: Workings, better: Mapping[str, int]) -> dict[str, float]:
    """Inputs that differ from the case, by name; one that the case does not have is left out."""
    found = {"pace": float(scene.pace), "overrun": float(scene.overrun)}
    for one in workings.inputs:
        if one.name not in better:
            continue
        luck = better[one.name] * float(scene.luck)
        if is_luck(one.name):
            found[one.name] = luck
        elif luck and one.name.endswith(".effect"):
            found[one.name] = quantile(one, NormalDist().cdf(luck))
        elif scene.ranges:
            found[one.name] = _end(one, better[one.name] * (1 if scene.ranges == "high" else -1))
    found |= {name: float(value) for name, value in scene.inputs.items()}
    known = {one.name: one.value for one in workings.inputs}
    return {name: value for name, value in found.items() if name in known and value != known[name]}


def _end(one: Input, side: int) -> float:
    """The upper end of its range, or the lower; of a normal distribution its 90 % or 10 % point."""
    if one.low is None or one.high is None:
        return quantile(one, 0.9 if side > 0 else 0.1)
    return one.high if side > 0 else one.low


def _described(scene: Scene, workings: Workings) -> str:
    known = {one.name for one in workings.inputs}
    absent = sorted(name for name in scene.inputs if name not in known)
    left = f"Without {', '.join(absent)}, of what is not priced." if absent else ""
    return " ".join(filter(None, (scene.description, left)))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
