"""Panels: each question's answer with its figures and charts, ready to be laid out."""

from typing import Any

import msgspec

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.report import Estimate, Report
from liftledger.report import numbers, panel_charts
from liftledger.report.amounts import amount, is_money
from liftledger.report.answer import Answer
from liftledger.report.case import unpriced
from liftledger.report.headline import by_name
from liftledger.report.panel_charts import Step
from liftledger.report.table import dimension, row

LEVELS_ONLY = "Levels only. The comparison is between the arms; what happens inside one is no effect."


class Fact(msgspec.Struct, frozen=True):
    """A large figure. `id` is that of an estimate or of a figure of the business case."""

    head: str
    id: str
    number: str
    unit: str
    range: str
    note: str


class Drawing(msgspec.Struct, frozen=True):
    """A chart with its words. `table` is the id of the table row where its numbers begin; '' where there is none."""

    id: str
    title: str
    spec: dict[str, Any]
    caption: str
    table: str

    @property
    def words(self) -> str:
        return str(self.spec["description"])


class View(msgspec.Struct, frozen=True):
    """A panel, ready to be laid out; `anchor` is unique on the page."""

    anchor: str
    answer: Answer
    facts: tuple[Fact, ...]
    drawings: tuple[Drawing, ...]
    notes: tuple[str, ...]  # what to mind; sentences
    unpriced: str  # why its line is not priced; '' where it is, or where there is none


def view(report: Report, answer: Answer, anchor: str, *, money: bool) -> View:
    """The panel of an answer; without `money` no amount of it is shown."""
    line = answer.line
    drawings = [] if answer.broken else _drawings(report, answer, anchor)
    return View(
        anchor=anchor,
        answer=answer,
        facts=(*_measured(answer), *(_priced(answer) if money else ())),
        drawings=tuple(drawing for drawing in drawings if drawing),
        notes=_notes(answer, money=money),
        unpriced="" if line is None or line.priced else unpriced(line),
    )


def _measured(answer: Answer) -> tuple[Fact, ...]:
    estimate, metric = answer.estimate, answer.metric
    if answer.broken or isinstance(estimate.effect, NoEstimate):
        return ()
    found, unit = row(estimate, metric), numbers.unit_of(metric, estimate.unit)
    truth = f"True effect {found.truth}, {found.held}" if found.truth else ""
    words = unit.change_sign.strip(numbers.THIN) or unit.words or unit.scale
    number = found.effect.removesuffix(unit.change_sign)
    facts = [Fact(numbers.capital(found.metric), found.id, number, words, found.effect_range, truth)]
    if answer.reduction:
        facts.append(Fact("Time saved", found.id, answer.reduction, "of control's", answer.reduction_range, ""))
    elif found.lift_range:
        facts.append(Fact("Lift", found.id, found.lift, f"over {estimate.control}", found.lift_range, ""))
    return tuple(facts)


def _priced(answer: Answer) -> tuple[Fact, ...]:
    line = answer.line
    if line is None or not line.priced:
        return ()
    named = [
        ("Brings", line.monthly, "at full ramp, before decay"),
        ("Present value", line.present_value, "before costs"),
    ]
    if not is_money(line.volume.unit):
        named = [("Moves", line.volume, "as measured, at full ramp"), *named]
    found = [(head, amount(figure), note) for head, figure, note in named]
    return tuple(Fact(head, a.id, a.number, a.unit, a.range, note) for head, a, note in found if a.known)


def _notes(answer: Answer, *, money: bool) -> tuple[str, ...]:
    estimate, line = answer.estimate, answer.line
    found = row(estimate, answer.metric)
    told = [found.maturity, found.excluded, *estimate.notes] if not answer.broken else []
    if money and line is not None and line.textbook is not None:
        textbook = amount(line.textbook)
        if textbook.known:
            told.append(
                f"the textbook figure, reduction x units x revenue, would be {textbook.text}. It is biased, and is "
                "never priced: it takes a share of the time for a share of the money"
            )
    return tuple(f"{numbers.capital(text.rstrip('.'))}." for text in told if text)


def _drawings(report: Report, answer: Answer, anchor: str) -> list[Drawing | None]:
    trend, against = _trend(report, answer, anchor), _against(answer, anchor)
    return [
        *((against, trend) if answer.curves else (trend,)),
        _categories(report, answer, anchor),
        _funnel(report, answer, anchor),
        _maturity(report, answer, anchor),
        _marks(report, answer, anchor),
        None if answer.curves else against,
    ]


def _drawing(anchor: str, title: str, spec: dict[str, Any], caption: str, first: Estimate | None) -> Drawing | None:
    return Drawing(anchor, title, spec, caption, f"row-{first.id}" if first else "") if spec else None


def _against(answer: Answer, anchor: str) -> Drawing | None:
    estimate, metric = answer.estimate, answer.metric
    title = "Treated against control"
    if answer.curves:
        control, treated = answer.curves
        caption = (
            f"Kaplan-Meier with pointwise bands. {_median(answer)}Still observed and without it on day "
            f"{numbers.fixed(treated.days[-1], 0)}: {numbers.count(treated.at_risk[-1])} of "
            f"{numbers.count(treated.units)} with {treated.arm}, {numbers.count(control.at_risk[-1])} of "
            f"{numbers.count(control.units)} with {control.arm}."
        )
        return _drawing(
            f"{anchor}-curves", title, panel_charts.curves(control, treated, metric, estimate.unit), caption, estimate
        )
    step = _step(estimate, numbers.capital(numbers.name_of(metric)), numbers.unit_of(metric, estimate.unit))
    spec = panel_charts.levels([step], f"{numbers.capital(numbers.name_of(metric))} in both arms") if step else {}
    return _drawing(f"{anchor}-levels", title, spec, "The level in each arm.", estimate)


def _median(answer: Answer) -> str:
    if answer.curves is None:
        return ""
    told = []
    for curve in reversed(answer.curves):
        median = curve.median_days
        days = "never within the horizon" if isinstance(median, NoEstimate) else f"after {median.value:.1f} days"
        told.append(f"{days} with {curve.arm}")
    return f"Half are there {numbers.listing(told)}. "


def _trend(report: Report, answer: Answer, anchor: str) -> Drawing | None:
    spec = panel_charts.trend(answer.trend, answer.metric, report.confidence)
    caption = (
        f"Bars: the effect's {numbers.confidence(report.confidence)} interval, drawn from the control's level. "
        "A bar that stays clear of the control's dot is a proven difference, each month taken alone."
    )
    return _drawing(f"{anchor}-trend", "By month of start", spec, caption, next(iter(answer.trend), None))


def _maturity(report: Report, answer: Answer, anchor: str) -> Drawing | None:
    named = [(" ".join((e.segment or {}).values()), e) for e in answer.maturity]
    head = dimension(next(iter(answer.maturity[0].segment or {}))) if answer.maturity else ""
    spec = panel_charts.effects(named, by_name(report), report.confidence, f"by {head}") if named else {}
    caption = (
        "Self-models as they were at each unit's start: what came later, the treatment may have changed."
        f"{_ticks(answer.maturity)}"
    )
    return _drawing(f"{anchor}-maturity", f"By {head}", spec, caption, next(iter(answer.maturity), None))


def _categories(report: Report, answer: Answer, anchor: str) -> Drawing | None:
    metrics = by_name(report)
    proven = set(answer.panel.harms)
    named = [
        (numbers.capital(numbers.part_of(metrics[e.metric])) + (": harm is proven" if e.id in proven else ""), e)
        for e in answer.categories
    ]
    spec = panel_charts.effects(named, metrics, report.confidence, "by category")
    caption = (
        "Proven harm comes first. Harm counts as proven when it holds among all the categories looked at."
        f"{_ticks(answer.categories)}"
    )
    return _drawing(f"{anchor}-categories", "By category", spec, caption, next(iter(answer.categories), None))


def _marks(report: Report, answer: Answer, anchor: str) -> Drawing | None:
    metrics = by_name(report)
    named = [(numbers.capital(numbers.part_of(metrics[e.metric])), e) for e in answer.shares]
    spec = panel_charts.effects(named, metrics, report.confidence, "on the share that got there by each time")
    caption = f"How many more get there by then.{_ticks(answer.shares)}"
    return _drawing(f"{anchor}-marks", "Share that got there", spec, caption, next(iter(answer.shares), None))


def _ticks(estimates: tuple[Estimate, ...]) -> str:
    return " The upright tick is the true effect." if any(e.truth is not None for e in estimates) else ""


def _funnel(report: Report, answer: Answer, anchor: str) -> Drawing | None:
    metrics = by_name(report)
    steps = [
        step
        for e in answer.funnel
        if metrics[e.metric].unit == "share"
        and (
            step := _step(
                e, numbers.capital(numbers.name_of(metrics[e.metric])), numbers.unit_of(metrics[e.metric], e.unit)
            )
        )
    ]
    spec = panel_charts.levels(steps, "Share of each step by arm")
    return _drawing(f"{anchor}-funnel", "From step to step", spec, LEVELS_ONLY, next(iter(answer.funnel), None))


def _step(estimate: Estimate, name: str, unit: numbers.Unit) -> Step | None:
    control, treated = estimate.control_value, estimate.treatment_value
    if control is None or treated is None:
        return None
    places = numbers.effect_places(estimate.effect, unit) if isinstance(estimate.effect, Interval) else None
    return Step(
        name,
        control * unit.factor,
        treated * unit.factor,
        f"{numbers.level(control, unit, places)} {estimate.control}",
        f"{numbers.level(treated, unit, places)} {estimate.arm}",
    )
