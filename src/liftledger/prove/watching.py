"""Criteria watched from day to day: the looks of each, and what it says on each day."""

from collections.abc import Mapping, Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.grouping import grouped
from liftledger.domain.instant import DAY, day
from liftledger.domain.measure import Plan
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.domain.pilot import Look, State, Watched
from liftledger.domain.study import Study
from liftledger.engine.cells import Cell
from liftledger.engine.sums import Counted
from liftledger.prove.registration import Aim
from liftledger.stats.confidence_sequence import lower, unready, upper
from liftledger.stats.findings import best
from liftledger.stats.joint import Contrast

NOBODY = "no unit of both arms was observed for the whole window yet"
FIRES = {"kill": "kills", "pass": "passes", "warn": "warns"}


class Series(msgspec.Struct, frozen=True):
    """A criterion's looks, and its state from each of them on."""

    watched: Watched
    states: dict[str, State]  # by the date of the look


def follow(
    aim: Aim, study: Study, metric: Metric, plan: Plan, counted: Mapping[int, Counted], days: Sequence[int]
) -> Series:
    """Watches a criterion over the reports of some midnights (days since 1970)."""
    looks, waiting = [], NOBODY
    for midnight in days:
        if midnight in counted:
            sums = _arms(counted[midnight], study, aim, plan, metric.name)
            found = _look(aim, midnight, metric, plan, *sums)
            if isinstance(found, Look):
                looks.append(found)
            else:
                waiting = found
    fired = next((look.date for look in looks if _beyond(aim, look.bound)), None)
    states = {look.date: _state(aim, look, fired) for look in looks}
    last = looks[-1] if looks else None
    criterion = aim.criterion
    watched = Watched(
        criterion=criterion.name,
        state=states[last.date] if last else "on track",
        threshold=float(criterion.threshold),
        unit=aim.unit,
        looks=tuple(looks),
        fired=fired,
        reason=_reason(aim, looks, fired, waiting),
        rule=criterion.rule,
        side="below" if criterion.above is None else "above",
        study=criterion.study,
        metric=aim.metric,
        arm=criterion.arm,
        line=criterion.line,
        alpha=float(criterion.alpha),
        registered=aim.registered,
    )
    return Series(watched, states)


def _arms(counted: Counted, study: Study, aim: Aim, plan: Plan, metric: str) -> tuple[Sums, Sums]:
    assert study.control is not None  # `unwatchable` refuses others
    control, treatment = (
        counted.sums(Cell(study.name, arm, None), plan, metric) for arm in (study.control, aim.criterion.arm)
    )
    return control, treatment


def _look(aim: Aim, midnight: int, metric: Metric, plan: Plan, control: Sums, treatment: Sums) -> Look | str:
    """Or why the look does not count yet."""
    if min(control.n, treatment.n) == 0:
        return NOBODY
    joint = best(metric, plan.needs[metric.name], plan, control, treatment)
    if isinstance(joint, NoEstimate):
        return joint.reason
    contrast = joint.contrast()
    if reason := unready(contrast):
        return reason
    units = control.n + treatment.n
    return Look(day(midnight * DAY), units, aim.factor * contrast.value, aim.factor * _bound(aim, contrast))


def _bound(aim: Aim, contrast: Contrast) -> float:
    """In the metric's unit, on the side from which it would prove the criterion."""
    from_below = (aim.criterion.above is not None) == (aim.factor > 0)
    side = lower if from_below else upper
    return side(contrast, alpha=float(aim.criterion.alpha), tuned_for=aim.criterion.tuned_for)


def _beyond(aim: Aim, value: float) -> bool:
    """Whether a value lies on the side of the threshold on which the criterion fires."""
    threshold = float(aim.criterion.threshold)
    return value > threshold if aim.criterion.above is not None else value < threshold


def _state(aim: Aim, look: Look, fired: str | None) -> State:
    rule = aim.criterion.rule
    if fired is not None and fired <= look.date:
        return {"kill": "killed", "pass": "passed", "warn": "warn"}[rule]  # type: ignore[return-value]
    beyond = _beyond(aim, look.effect)
    wrong = (rule == "kill" and beyond) or (rule == "pass" and not beyond)
    return "warn" if wrong else "on track"


def _reason(aim: Aim, looks: Sequence[Look], fired: str | None, waiting: str) -> str:
    side = "below" if aim.criterion.above is None else "above"
    threshold = amount(float(aim.criterion.threshold), aim.unit)
    look = next((one for one in looks if one.date == fired), looks[-1] if looks else None)
    if look is None:
        return f"no look counts yet: {waiting}"
    bound = f"{'at least' if side == 'above' else 'at most'} {amount(look.bound, aim.unit)}"
    effect = f"the effect was {amount(look.effect, aim.unit)}, {bound}"
    if fired is not None:
        return f"in the report of {fired} {effect}: proven {side} {threshold}"
    return f"in the report of {look.date} {effect}; it {FIRES[aim.criterion.rule]} where proven {side} {threshold}"


def amount(value: float, unit: str) -> str:
    """Four digits and the unit; shares in percentage points."""
    if unit == "share":
        value, unit = 100 * value, "percentage points"
    return f"{whole(value) if abs(value) >= 1000 else f'{value:.4g}'} {unit}"


def whole(value: float) -> str:
    """Rounded, its thousands set apart by narrow spaces, as everywhere."""
    return grouped(value, 0)
