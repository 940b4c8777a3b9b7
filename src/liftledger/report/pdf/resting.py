"""The third page: what the case rests on, measured and declared, and who stands behind it."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import CostLine, Exact, Figure, Money
from liftledger.domain.estimate import Interval
from liftledger.domain.report import Estimate, MetricSummary, Report
from liftledger.report import numbers
from liftledger.report.amounts import amount, money
from liftledger.report.formula_text import names
from liftledger.report.headline import by_name
from liftledger.report.pdf.room import Size, Some, cut, given, named, sentence, some
from liftledger.report.what_if import told, written

# Not declared for the case: levers of scenarios, what holds for the whole report, and ends of ranges.
SET_ASIDE = ("pace", "overrun", "confidence", "luck", "effect_low", "effect_high")


class Evidence(msgspec.Struct, frozen=True):
    """A line with the estimate that it rests on."""

    name: str
    what: str  # metric, study and arm
    effect: "Effect"
    units: str
    grade: str
    period: str
    id: str
    priced: bool


class Effect(msgspec.Struct, frozen=True):
    """As measured, with its interval and standard error, in one unit."""

    number: str
    range: str
    unit: str
    se: str


class Given(msgspec.Struct, frozen=True):
    """A declared number with whoever stands behind it."""

    name: str
    value: str
    range: str
    source: str
    owner: str
    date: str


class Cost(msgspec.Struct, frozen=True):
    """A cost with whoever stands behind it; amounts in the currency of the heading."""

    name: str
    category: str
    once: str
    monthly: str
    present: str
    source: str
    owner: str
    date: str


class Resting(msgspec.Struct, frozen=True):
    """Tables of the page."""

    evidence: Some[Evidence]
    apart: Some[str]  # lines that are not added, and why
    inputs: Some[Given]
    costs: Some[Cost]
    gaps: Some[str]


def resting(report: Report, found: Money, size: Size) -> Resting:
    """The page of a case that may be shown."""
    return Resting(
        evidence=some(_evidence(report, found, size), size.rows),
        apart=some(_apart(found, size), size.sentences),
        inputs=some(_inputs(found, size), size.rows),
        costs=some((_cost(found, one, size) for one in found.costs), size.rows),
        gaps=some((given(numbers.label(one), size) for one in found.gaps), 2 * size.rows),
    )


def _evidence(report: Report, found: Money, size: Size) -> Iterator[Evidence]:
    estimates = {one.id: one for one in report.estimates}
    studies, metrics = {one.name: one for one in report.studies}, by_name(report)
    for line in found.lines:
        estimate, study = estimates.get(line.estimate), studies.get(line.study)
        metric = metrics[estimate.metric] if estimate else None
        span = study.span if study else None
        what = [numbers.name_of(metric) if metric else numbers.label(line.metric), numbers.label(line.study), line.arm]
        units = [estimate.units[arm] for arm in ("control", "treatment") if arm in estimate.units] if estimate else []
        yield Evidence(
            name=named(line.name, size),
            what=", ".join(given(one, size) for one in what if one),
            units=" / ".join(map(numbers.count, units)) or "none",
            grade=str(line.grade),
            period=f"{span.first.partition('T')[0]} to {span.last.partition('T')[0]}" if span else "",
            id=cut(line.estimate, 2 * size.letters),
            priced=line.priced,
            effect=_effect(line.effect, metric, estimate),
        )


def _effect(figure: Figure, metric: MetricSummary | None, estimate: Estimate | None) -> Effect:
    """Numbers without their unit, which stands beneath them; of a plan, as its owner wrote them."""
    answer = figure.answer
    if isinstance(answer, Interval) and metric and estimate:
        unit = numbers.unit_of(metric, estimate.unit)
        ends, decimals = numbers.change_range(answer, unit), numbers.effect_places(answer, unit)
        value = numbers.fixed(answer.value * unit.factor, decimals, signed=True)
        return Effect(value, ends, unit.words, numbers.fixed(answer.se * unit.factor, decimals + 1))
    found = amount(figure, difference=True)
    return Effect(found.number, found.range, found.unit, "")


def _inputs(found: Money, size: Size) -> Iterator[Given]:
    """What was declared for the lines and the whole case; costs have a table of their own."""
    if found.workings is None:
        return
    called = names(found.workings)
    for one in sorted(found.workings.inputs, key=lambda one: one.value == 0):  # what is 0 matters least
        last = one.name.rpartition(".")[2]
        if not one.evidence and not one.name.startswith("costs.") and last not in SET_ASIDE:
            ends = [written(one, end).partition(" ")[0] for end in (one.low, one.high) if end is not None]
            yield Given(
                name=given(numbers.capital(called[one.name]), size),
                value=told(one),
                range=" to ".join(ends),
                source=one.source,
                owner=given(one.owner, size),
                date=given(one.date, size),
            )


def _cost(found: Money, cost: CostLine, size: Size) -> Cost:
    own = f"costs.{cost.name}."
    behind = [one for one in found.workings.inputs if one.name.startswith(own)] if found.workings else []
    behind = sorted(behind, key=lambda one: (one.value == 0, one.owner == ""))

    def of(figure: Figure) -> str:
        return money(figure.answer.value, found.summary.npv.unit) if isinstance(figure.answer, Exact) else "none"

    return Cost(
        name=named(cost.name, size),
        category=given(cost.category, size),
        once=of(cost.once),
        monthly=of(cost.monthly),
        present=of(cost.present_value),
        source=behind[0].source if behind else "",
        owner=given(behind[0].owner, size) if behind else "",
        date=given(behind[0].date, size) if behind else "",
    )


def _apart(found: Money, size: Size) -> Iterator[str]:
    """Lines that must not be added, and what the program says beside the sum of its studies."""
    for one in found.exclusions:
        kept = (
            f"{numbers.label(one.kept)} counts and {numbers.label(one.left_out)} does not"
            if one.kept
            else (f"{numbers.label(one.left_out)} does not count")
        )
        yield sentence(f"{numbers.capital(kept)}: {one.why.rstrip('.')}.", size.words)
    for both in found.reconciliations:
        yield sentence(both.text, 2 * size.words)
