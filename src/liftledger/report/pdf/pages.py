"""What stands on the pages: the case as text and rows, no more of each than there is room for."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from liftledger.domain.cash import BenefitLine, CostLine, Exact, Figure, Money, Review
from liftledger.domain.cash import Risk as DeclaredRisk
from liftledger.domain.estimate import Interval
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Estimate, Report, StudySummary
from liftledger.domain.workings import Input, Scenario
from liftledger.report import numbers
from liftledger.report.amounts import amount, money
from liftledger.report.answer import Answer, answers, harms
from liftledger.report.case import Case, case
from liftledger.report.case import said as reason_said
from liftledger.report.case_view import DECIDED, VERDICTS, drawn_number, outcome
from liftledger.report.claims import Said, bottom_line, said
from liftledger.report.figures import NAMES
from liftledger.report.formula_text import names
from liftledger.report.pdf.bars import Curve, Drawn, bridge, curve, tornado
from liftledger.report.what_if import told

T = TypeVar("T")
COMPARED = ("npv", "p_negative", "roi", "payback", "break_even")  # rows of the summary, side by side
SET_BY_SCENARIOS = ("pace", "overrun")
CHANCES = {"p5": "P5, one draw in twenty is worse", "p50": "P50, the middle", "p95": "P95, one in twenty is better",
           "p_negative": "Chance of a loss"}  # fmt: skip
LIMITS = (
    "Only chance in the measurement, and what is given a range, is in the intervals; all else is taken as declared.",
    "What was measured in a study is expected of the units declared; where they differ, realisation says by how much.",
    "How an effect fades beyond the time that was observed is declared, not measured.",
    "Nothing after the last month counts. Taxes, inflation and a terminal value are not in the case.",
)
UNDECLARED = (
    "Nothing is declared to be worth money: a discount rate, benefit lines and costs are needed under `value:`."
)


class Size(msgspec.Struct, frozen=True):
    """How much of everything is shown, so that four pages hold it."""

    rows: int  # of a table
    sentences: int  # of a list
    letters: int  # of a name

    @property
    def words(self) -> int:
        """Letters of a sentence."""
        return 4 * self.letters


class Some(msgspec.Struct, Generic[T], frozen=True):
    """The first of many, and how many are left."""

    shown: tuple[T, ...]
    left: int

    def __len__(self) -> int:
        return len(self.shown)


class Evidence(msgspec.Struct, frozen=True):
    """A line with the estimate that it rests on."""

    name: str
    what: str  # metric, study and arm
    effect: str
    range: str
    se: str
    units: str
    grade: str
    period: str
    id: str
    priced: bool


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


class Scenes(msgspec.Struct, frozen=True):
    """Scenarios side by side."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    left: int


class Hash(msgspec.Struct, frozen=True):
    """SHA-256 of a file, or of the definitions."""

    name: str
    value: str


class Pages(msgspec.Struct, frozen=True):
    """Everything that is shown; what is empty or None is left out."""

    company: str
    date: str
    confidence: str
    headline: str
    found: Case | None
    shown: bool
    terms: tuple[str, ...]
    step: str
    decision: str
    claims: Some[Said]
    basis: str  # of their money
    overturn: Some[str]
    answers: tuple[Answer, ...]  # where there is no money
    harms: Some[str]
    bridge: Drawn | None
    curve: Curve | None
    paid: str
    tornado: Drawn | None
    chances: tuple[tuple[str, str], ...]  # of the simulation
    drawn: str
    scenes: Scenes | None
    evidence: Some[Evidence]
    inputs: Some[Given]
    costs: Some[Cost]
    gaps: Some[str]
    apart: Some[str]  # lines that are not added, and why
    limits: Some[str]
    risks: Some[DeclaredRisk]
    reviews: Some[Review]
    worth: tuple[tuple[str, str], ...]  # of more evidence
    hashes: Some[Hash]
    currency: str


def pages(report: Report, provenance: Provenance, size: Size) -> Pages:
    """The pages of a report; where no money can be given, they say why."""
    found, cash = (case(report, report.money), report.money) if report.money else (None, None)
    shown = bool(found and found.shown)
    told_money = cash if shown else None
    claims = _claims(report, told_money, size)
    return Pages(
        company=cut(report.company, size.letters),
        date=report.as_of.partition("T")[0],
        confidence=numbers.confidence(report.confidence),
        headline=bottom_line(report, cash) if cash else "No money is shown.",
        found=found,
        shown=shown,
        terms=tuple(_terms(cash)) if cash else (),
        step=VERDICTS.get(cash.decision.verdict, ("", ""))[1] if cash and cash.decision else "",
        decision=cut(cash.decision.text, 2 * size.words) if cash and cash.decision else "",
        claims=claims,
        basis=next((one.basis for one in claims.shown if one.basis), ""),
        overturn=some((cut(text, size.words) for text in found.overturn) if found else (), size.sentences),
        answers=() if shown else answers(report),
        harms=some((cut(text, size.words) for text in harms(report)), size.sentences // 2),
        bridge=bridge(told_money, size.rows) if told_money else None,
        curve=curve(told_money) if told_money else None,
        paid=_paid(told_money) if told_money else "",
        tornado=tornado(told_money, min(size.rows, 8)) if told_money else None,
        chances=tuple(_chances(told_money)) if told_money else (),
        drawn=_drawn(told_money, size) if told_money else "",
        scenes=_scenes(told_money, size) if told_money else None,
        evidence=some(_evidence(report, size), size.rows),
        inputs=some(_inputs(told_money, size) if told_money else (), size.rows),
        costs=some((_cost(told_money, one, size) for one in told_money.costs) if told_money else (), size.rows),
        gaps=some(cash.gaps if shown and cash else (), 2 * size.rows),
        apart=some(_apart(cash, size) if cash else (), size.sentences),
        limits=some(_limits(report, cash, found, size), size.sentences + len(LIMITS)),
        risks=some(cash.risks if cash else (), size.rows // 2 + 1),
        reviews=some(cash.reviews if cash else (), size.rows),
        worth=tuple(_worth(cash)) if cash else (),
        hashes=some(_hashes(report, provenance, size), size.rows),
        currency=report.currency,
    )


def cut(text: str, most: int) -> str:
    """No more letters than that."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def some(rows: Iterable[T], most: int) -> Some[T]:
    """The first `most` of them."""
    found = tuple(rows)
    return Some(found[:most], max(0, len(found) - most))


def named(name: str, size: Size) -> str:
    """A defined name as prose, fenced off where it is written from right to left."""
    return numbers.isolated(cut(numbers.capital(numbers.label(name)), size.letters))


# --- the decision


def _terms(found: Money) -> Iterator[str]:
    yield f"{found.months} months"
    yield f"discounted at {_percent(found.discount)} a year"
    if found.margin is not None:
        yield f"revenue at a gross margin of {_percent(found.margin)}"


def _percent(share: float) -> str:
    """As it was declared."""
    return f"{numbers.exact(share * 100)}%"


def _claims(report: Report, found: Money | None, size: Size) -> Some[Said]:
    """Three, as they are the answers to what a case is asked first; the rest is in the workbook."""
    if found is None:
        return Some((), 0)
    words = [
        msgspec.structs.replace(one, text=cut(one.text, 2 * size.words), sureness=cut(one.sureness, 2 * size.words))
        for one in said(report, found)
    ]
    return some(words, 3)


# --- the money


def _paid(found: Money) -> str:
    payback = amount(found.summary.payback)
    return f"Paid back after {payback.text}." if payback.known else f"Not paid back: {payback.reason}."


def _chances(found: Money) -> Iterator[tuple[str, str]]:
    """What the net present value is in one of twenty draws, in half of them, and so on, with the simulation's error."""
    run = found.simulation
    if run is None:
        return
    for name, head in CHANCES.items():
        cell = drawn_number(getattr(run, name), run.errors.get(name), name, found.summary.npv.unit)
        yield head, f"{cell.text} {cell.small}".rstrip()


def _drawn(found: Money, size: Size) -> str:
    run = found.simulation
    if run is None:
        return ""
    known = names(found.workings) if found.workings else {}
    drawn = [known.get(name, numbers.label(name)) for name in run.drawn]
    few = some(drawn, size.sentences)
    more = f" and {few.left} more" if few.left else ""
    what = f" Drawn: {cut(', '.join(few.shown), size.words)}{more}." if drawn else ""
    share = found.measured_share
    rests = "" if share is None else f" {numbers.percent(share, 0)} of its variance comes from what was measured."
    return f"{numbers.count(run.draws)} joint draws, seed {run.seed}.{rests}{what}"


def _scenes(found: Money, size: Size) -> Scenes | None:
    """Side by side, the case itself first."""
    scenarios = found.workings.scenarios if found.workings else ()
    if len(scenarios) < 2:
        return None
    most = 6
    units = {name: getattr(found.summary, name).unit for name in COMPARED}
    rows = tuple(
        (numbers.capital(NAMES[name]), tuple(_outcome(scene, name, units[name], found) for scene in scenarios[:most]))
        for name in COMPARED
    )
    notes = tuple(
        f"{cut(scene.label, size.letters)}: {cut(scene.description, size.words)}"
        for scene in scenarios[1:most]
        if scene.description
    )
    heads = tuple(cut(scene.label, 28) for scene in scenarios[:most])
    return Scenes(heads, rows, notes, max(0, len(scenarios) - most))


def _outcome(scene: Scenario, name: str, unit: str, found: Money) -> str:
    return outcome(name, scene.outcome.get(name, scene.outcome.get(f"summary.{name}")), unit, found).text


# --- the evidence


def _evidence(report: Report, size: Size) -> Iterator[Evidence]:
    if report.money is None:
        return
    estimates = {one.id: one for one in report.estimates}
    studies = {one.name: one for one in report.studies}
    for line in report.money.lines:
        yield _measured(line, estimates.get(line.estimate), studies.get(line.study), size)


def _measured(line: BenefitLine, estimate: Estimate | None, study: StudySummary | None, size: Size) -> Evidence:
    effect = line.effect.answer
    found = amount(line.effect, difference=True)
    se = Figure("", Exact(effect.se), line.effect.unit, "", {}) if isinstance(effect, Interval) else None
    units = (
        [numbers.count(estimate.units[arm]) for arm in ("control", "treatment") if arm in estimate.units]
        if estimate
        else []
    )
    span = study.span if study else None
    what = [numbers.label(line.metric), numbers.label(line.study), numbers.isolated(cut(line.arm, size.letters))]
    return Evidence(
        name=named(line.name, size),
        what=", ".join(filter(None, (cut(part, size.letters) for part in what))),
        effect=found.text,
        range=found.range,
        se=amount(se, difference=True).text.removeprefix("+") if se else "",
        units=" / ".join(units) or "nobody",
        grade=str(line.grade),
        period=f"{span.first.partition('T')[0]} to {span.last.partition('T')[0]}" if span else "",
        id=line.estimate,
        priced=line.priced,
    )


def _inputs(found: Money, size: Size) -> Iterator[Given]:
    """What was declared for the lines and the whole case; costs have a table of their own."""
    if found.workings is None:
        return
    called = names(found.workings)
    for one in found.workings.inputs:
        if one.source != "measured" and not one.name.startswith("costs.") and one.name not in SET_BY_SCENARIOS:
            low, high = one.low, one.high
            yield Given(
                name=numbers.isolated(cut(numbers.capital(called[one.name]), 2 * size.letters)),
                value=told(one),
                range="" if low is None or high is None else _range(one, low, high),
                source=one.source,
                owner=cut(one.owner, size.letters),
                date=one.date,
            )


def _range(one: Input, low: float, high: float) -> str:
    ends = (msgspec.structs.replace(one, value=end) for end in (low, high))
    return " to ".join(told(end).partition(" ")[0] for end in ends)


def _cost(found: Money, cost: CostLine, size: Size) -> Cost:
    own = f"costs.{cost.name}."
    behind = [one for one in found.workings.inputs if one.name.startswith(own)] if found.workings else []
    behind = sorted(behind, key=lambda one: (one.value == 0, one.owner == ""))

    def of(figure: Figure) -> str:
        return money(figure.answer.value, found.summary.npv.unit) if isinstance(figure.answer, Exact) else "none"

    return Cost(
        name=named(cost.name, size),
        category=numbers.isolated(cut(cost.category, size.letters)),
        once=of(cost.once),
        monthly=of(cost.monthly),
        present=of(cost.present_value),
        source=behind[0].source if behind else "",
        owner=cut(behind[0].owner, size.letters) if behind else "",
        date=behind[0].date if behind else "",
    )


def _apart(found: Money, size: Size) -> Iterator[str]:
    """Lines that must not be added, and what the program says beside the sum of its studies."""
    for one in found.exclusions:
        kept = (
            f"{numbers.label(one.kept)} counts and {numbers.label(one.left_out)} does not"
            if one.kept
            else (f"{numbers.label(one.left_out)} does not count")
        )
        yield cut(f"{numbers.capital(kept)}: {one.why.rstrip('.')}.", size.words)
    for both in found.reconciliations:
        yield cut(both.text, 2 * size.words)


# --- limits, and how to check


def _limits(report: Report, found: Money | None, told_case: Case | None, size: Size) -> Iterator[str]:
    if found is None:
        return
    if told_case and told_case.shown:
        said_before = set(told_case.overturn)
        for text in (reason_said(reason, report, found) for reason in found.reasons):
            if text not in said_before:
                yield cut(text, size.words)
    yield from LIMITS


def _worth(found: Money) -> Iterator[tuple[str, str]]:
    """What more evidence is worth."""
    one = found.decision
    if one is None:
        return
    for field, head in DECIDED.items():
        told_figure = amount(getattr(one, field))
        yield head, told_figure.text if told_figure.known else f"none: {told_figure.reason}"


def _hashes(report: Report, provenance: Provenance, size: Size) -> Iterator[Hash]:
    yield Hash("report.json", provenance.report_sha256)
    yield Hash("definitions", report.definitions.hash)
    for source in provenance.sources:
        if source.sha256:
            yield Hash(cut(source.place, size.letters), source.sha256)
