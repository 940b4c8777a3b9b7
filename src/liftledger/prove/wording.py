"""Metrics in words: the sentence that a reader of a number needs."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.expression import spelled
from liftledger.domain.instant import DAY, HOUR
from liftledger.domain.metric import Metric, Term, share_by
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.project import Project
from liftledger.domain.report import MetricSummary

LENGTHS = ((DAY, "day"), (HOUR, "hour"), (HOUR // 60, "minute"))


def summaries(project: Project, metric: Metric) -> Iterator[MetricSummary]:
    """The metric's definition as one complete sentence, with the unit of its values; then its shares by each mark."""
    whole = MetricSummary(
        metric=metric.name,
        kind=metric.kind,
        fact=metric.fact,
        definition=_definition(project, metric),
        description=metric.description,
        unit=_unit(project, metric),
        better=metric.better,
        role=metric.role,
        priced=metric.priced,
        part_of=metric.part_of,
        part=_part(metric),
        part_value=metric.value_of_by or "",
    )
    yield whole
    for mark in metric.marks:
        yield msgspec.structs.replace(
            whole,
            metric=share_by(metric.name, mark),
            definition=_share(project, metric, mark),
            description="",
            unit="share",
            better="higher",
            part_of=metric.name,
            part="share",
            part_value=span(mark),
        )


def _part(metric: Metric) -> str:
    if metric.part_of is None:
        return ""
    return "worth" if metric.is_worth else "category"


def span(micros: int) -> str:
    """'14 days', '1 day', '12 hours', '90 minutes'."""
    for length, name in LENGTHS:
        if micros % length == 0:
            number = micros // length
            return f"{number} {name}" if number == 1 else f"{number} {name}s"
    return f"{micros / 1_000_000:g} seconds"


def _definition(project: Project, metric: Metric) -> str:
    unit = project.fact(metric.fact).keyed_by
    rows = _rows(metric.fact, metric.numerator)
    match metric.kind:
        case "conversion" | "retention":
            subject = f"Share of {unit}s with at least one row of {rows}"
        case "repeat":
            subject = f"Share of the {unit}s with a row of {rows} that have at least two, clustered by {unit}"
        case "count":
            subject = f"Rows of {rows} per {unit}"
        case "sum":
            subject = f"Sum of {_value(metric.numerator)} over rows of {rows}, per {unit}"
        case "mean":
            subject = f"Average of {_value(metric.numerator)} over rows of {rows}, clustered by {unit}"
        case "rate":
            counted = "Rows" if metric.numerator.value is None else f"Sum of {_value(metric.numerator)} over rows"
            subject = f"{counted} of {rows} per {unit} and {span(metric.per)} of observed time"
        case "time_to":
            return f"Mean time from {_clock(metric)} to the first row of {rows}{_steps(metric)}."
        case "ratio":
            above, below = (_total(metric.fact, term or Term()) for term in (metric.numerator, metric.denominator))
            subject = f"{above[0].upper()}{above[1:]} divided by {below}, clustered by {unit}"
    return f"{subject}{_window(project, metric)}{_cap(metric)}{_covariate(metric)}."


def _share(project: Project, metric: Metric, mark: int) -> str:
    unit, rows = project.fact(metric.fact).keyed_by, _rows(metric.fact, metric.numerator)
    reached = "with" if metric.better == "lower" else "without"
    after = f"within {span(mark)} of {_clock(metric)}"
    return f"Share of {unit}s {reached} a row of {rows} {after} (Kaplan-Meier, in steps of {span(metric.grid)})."


def _clock(metric: Metric) -> str:
    """What a unit's time is counted from."""
    if metric.onset is None:
        return "start"
    onset = metric.onset
    began = onset.column if onset.column else f"the first row of {_rows(onset.fact, Term(None, onset.where))}"
    return f"{began} (or start, where that is later)"


def _steps(metric: Metric) -> str:
    assert metric.horizon is not None
    horizon, grid = span(metric.horizon), span(metric.grid)
    return f", each at most {horizon} (restricted mean, censored at the report's date, in steps of {grid})"


def _rows(fact: str, term: Term) -> str:
    return fact if term.where is None else f"{fact} where {spelled(term.where)}"


def _value(term: Term) -> str:
    return "rows" if term.value is None else spelled(term.value)


def _total(fact: str, term: Term) -> str:
    rows = f"rows of {_rows(fact, term)}"
    return f"the number of {rows}" if term.value is None else f"the total of {spelled(term.value)} over {rows}"


def _window(project: Project, metric: Metric) -> str:
    if project.fact(metric.fact).wide:
        return ""
    begin = f"{span(metric.delay)} after {_clock(metric)}" if metric.delay else _clock(metric)
    if metric.window is None:
        return f", from {begin} to the report's date"
    return f", in the {span(metric.window)} from {begin}"


def _cap(metric: Metric) -> str:
    cap = metric.cap
    if cap is None:
        return ""
    scale = 0 if metric.numerator.value is None else metric.numerator.value.type.scale
    sides = []
    for name, absolute, percentile in (
        ("below", cap.low, cap.low_percentile),
        ("above", cap.high, cap.high_percentile),
    ):
        if absolute is not None:
            sides.append(f"{name} at {absolute / 10**scale:g}")
        if percentile is not None:
            sides.append(f"{name} at the {percentile / 100:g} percentile of totals other than 0")
    return f"; a unit's total is capped {' and '.join(sides)}"


def _covariate(metric: Metric) -> str:
    if metric.lookback is not None:
        return f"; adjusted for the same in the {span(metric.lookback)} before start (CUPED)"
    if metric.covariate is not None:
        term = metric.covariate
        what = spelled(term.value) if term.value else spelled(term.where) if term.where else "rows"
        return f"; adjusted for {what} (CUPED)"
    return ""


def _unit(project: Project, metric: Metric) -> str:
    """'share', 'USD', 'rows', 'rows per user and 30 days', 'orders per sessions', 'rows per row', ..."""
    match metric.kind:
        case "conversion" | "retention" | "repeat":
            return "share"
        case "count":
            return "rows"
        case "rate":
            return f"{_amount(metric.numerator)} per {project.fact(metric.fact).keyed_by} and {span(metric.per)}"
        case "time_to":
            return "days"
        case "ratio":
            above, below = _amount(metric.numerator), _amount(metric.denominator or Term())
            if below != "rows":
                return f"{above} per {below}"
            return above if above in MINOR_DIGITS else f"{above} per row"
    return _amount(metric.numerator)


def _amount(term: Term) -> str:
    """The currency of money, else what is added up, in its author's words."""
    if term.value is None:
        return "rows"
    return term.value.type.currency or spelled(term.value)
