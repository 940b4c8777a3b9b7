"""Why a criterion of a pilot cannot be watched from day to day."""

from decimal import Decimal

from liftledger.domain.pilot import Criterion
from liftledger.domain.project import Project
from liftledger.domain.value import Line

Refusal = tuple[str, str]  # what was found, and what would do


def unwatchable(project: Project, criterion: Criterion) -> Refusal | None:
    """None: it can be watched. Names of study, metric, arm and line are known to be right."""
    if (criterion.below is None) == (criterion.above is None):
        return "it has no threshold" if criterion.below is None else "it has two thresholds", "give `below` or `above`"
    if not 0 < criterion.alpha < Decimal("0.5"):
        return f"alpha is {criterion.alpha}", "it is the chance of a false alarm: above 0 and below 50%"
    if criterion.tuned_for < 1:
        return f"tuned_for is {criterion.tuned_for}", "give the units at which the boundary is to be narrowest"
    if criterion.line and (found := _no_worth(project, _line(project, criterion.line))):
        return found
    return _no_control(project, criterion) or _no_series(project, criterion)


def _line(project: Project, name: str) -> Line:
    assert project.value is not None
    return next(line for line in project.value.lines if line.name == name)


def _no_worth(project: Project, line: Line) -> Refusal | None:
    instead = "give the threshold in the metric: study, metric and arm instead of the line"
    if line.assumed is not None:
        return f"nothing is measured of line {line.name!r}", "watch a line that rests on a study"
    if line.mark is not None:
        return f"line {line.name!r} rests on a time to an event, which has no daily series", instead
    if line.worth_from is not None:
        return f"the worth of line {line.name!r} is read off customers, and changes with them", instead
    if project.metric(line.metric).cap is not None:
        return f"the metric of line {line.name!r} is capped, and no money is put on it", instead
    if line.per == "campaign":
        return f"line {line.name!r} brings money by campaign, not by month", instead
    return None


def _no_control(project: Project, criterion: Criterion) -> Refusal | None:
    study = next(one for one in project.studies if one.name == criterion.study)
    if study.kind == "observational" or study.control is None:
        return f"nothing was randomised in study {study.name!r}, so it proves no effect", "watch a randomised study"
    if study.assignment.time is None and project.fact(study.assignment.fact).wide:
        return f"study {study.name!r} has no dates, so there is one look only", "name the time of assignment"
    return None


def _no_series(project: Project, criterion: Criterion) -> Refusal | None:
    """A look every day is safe where each unit counts once, whole, from a day on that is known when it starts."""
    metric = project.metric(criterion.metric)
    if metric.clocked:
        found = f"units of {metric.name!r} are counted by steps of time from a clock of their own"
        return f"{found}, so it has no daily series", "watch a metric with a window, such as a conversion in 14d"
    if metric.cap is not None and not metric.cap.absolute:
        found = f"{metric.name!r} is capped at a percentile, which each day's rows move for all days"
        return found, "cap it at an amount, or watch a metric without a cap"
    if metric.window is None and not project.fact(metric.fact).wide:
        found = f"{metric.name!r} has no window: what is known of a unit grows from look to look"
        return f"{found}, and the bound holds for units that count once", "give it one, for example `window: 30d`"
    return None
