"""The rest of the case for the page: what is claimed, what to do, how sure it is, who stands for it; all as text."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Decision, Exact, Exclusion, Extra, Figure, Money, Reconciliation, Simulation, Switch
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.report import Report
from liftledger.domain.workings import Input, Scenario, Workings
from liftledger.report import claims, numbers, sheets
from liftledger.report.amounts import Amount, amount, chance
from liftledger.report.break_even import basis
from liftledger.report.figures import NAMES, called
from liftledger.report.formula_text import formula_text, names, within
from liftledger.report.money_charts import tornado
from liftledger.report.panels import Drawing
from liftledger.report.sheets import Cell, Column, Sheet
from liftledger.report.simulation_chart import histogram
from liftledger.report.what_if import WhatIf, span, told, what_if, written

VERDICTS = {
    "scale": ("better", "Scale it"),
    "hold": ("worse", "Do not scale yet"),
    "stop": ("worse", "Stop"),
    "continue": ("unproven", "Continue testing"),
}
DECIDED = {
    "evpi": "Knowing for certain would be worth",
    "evsi": "The best next test would be worth",
    "enbs": "After what that test costs",
    "months": "It would run for",
}
OUTCOMES = (
    "summary.npv", "closed_form.p_negative", "summary.roi", "summary.payback", "summary.irr_annual",
    "summary.break_even",
)  # fmt: skip
DRAWN = {
    "p5": "P5: worse in one of twenty",
    "p50": "P50: the middle",
    "p95": "P95: better in one of twenty",
    "mean": "Mean",
    "sd": "Standard deviation",
    "p_negative": "Chance of a loss",
}
EFFECTS_ALONE = "Intervals and the probability of a loss are here those of chance in the effects alone."
LOSS_BY_EFFECTS = "Loss by chance in the effects alone"
SHARE = ", share"  # how the head of a column of shares ends
BARS = 12  # of the tornado
MOST = 5  # differences of a scenario that are named one by one


class Verdict(msgspec.Struct, frozen=True):
    """What to do; `state` is the CSS class of the verdict."""

    state: str
    name: str
    text: str
    facts: tuple[tuple[str, Amount], ...]


class Table(msgspec.Struct, frozen=True):
    """A table of the case besides its cash-flow, with the sentences above it and its large figures."""

    title: str
    words: tuple[str, ...]
    facts: tuple[tuple[str, Amount], ...]
    sheet: Sheet | None


class CaseView(msgspec.Struct, frozen=True):
    """Everything that the section shows besides lines, costs and cash-flow; what is unknown is empty."""

    said: tuple[claims.Said, ...]
    verdict: Verdict | None
    what_if: WhatIf | None
    tornado: Drawing | None
    histogram: Drawing | None
    aside: str  # what the summary's intervals leave out
    measured: str  # how much of the uncertainty was measured, a sentence
    uncertainty: tuple[Sheet, ...]
    scope: tuple[Sheet, ...]  # what was left out, and what only reconciles
    gaps: str
    extras: tuple[Table, ...]
    people: tuple[Sheet, ...]  # risks and reviews
    given: Sheet | None  # inputs with source, owner and date
    formulas: Sheet | None


def case_view(report: Report, money: Money) -> CaseView:
    """Of a case that may be shown."""
    workings = money.workings
    bars, bins = tornado(msgspec.structs.replace(money, tornado=money.tornado[:BARS])), histogram(money)
    explained = {estimate.id for estimate in report.estimates} | {figure.id for figure in money.figures}
    return CaseView(
        said=claims.said(report, money),
        verdict=_verdict(money.decision) if money.decision else None,
        what_if=what_if(money, report.confidence),
        tornado=Drawing(
            "money-tornado", "What moves it most", bars,
            "The net present value where one input alone is at its 10% point (hollow) or its 90% point (filled).", "",
        ) if bars else None,
        histogram=Drawing(
            "money-histogram", "Where it may end", bins,
            "Of all draws, how many end there. Left of the line at 0 the case loses money.", "",
        ) if bins else None,
        aside=aside(money),
        measured=measured(money),
        uncertainty=tuple(_uncertainty(money)),
        scope=tuple(_scope(money)),
        gaps=_gaps(money.gaps),
        extras=tuple(_extra(extra, place) for place, extra in enumerate(money.extras, 1)),
        people=tuple(_people(money)),
        given=_given(workings, explained, money.simulation.drawn if money.simulation else ()) if workings else None,
        formulas=_formulas(workings) if workings else None,
    )  # fmt: skip


def aside(money: Money) -> str:
    """What chance in the effects alone would leave, where declared ranges are uncertain too; sentences."""
    if not beyond_luck(money) or money.closed_form is None:
        return ""
    found, loss = amount(money.closed_form.npv), chance(money.closed_form.p_negative)
    between = found.range.replace(" to ", " and ")
    return (
        "Intervals and the probability of a loss are over all that is uncertain, drawn together. Chance in the effects "
        f"alone would leave the net present value between {between} {found.unit}, with a probability of a loss of "
        f"{loss.text}; scenarios and what-if draw nothing, and know only that."
    )


def beyond_luck(money: Money) -> bool:
    """Whether more is uncertain than what the closed form knows."""
    return money.simulation is not None and money.simulation.beyond_luck


def cost_given(money: Money, cost: str) -> str:
    """Who stands for a cost: 'contract, Jo Doe, 2026-10-31'; '' where its inputs are not known."""
    found = [one for one in (money.workings.inputs if money.workings else ()) if one.name.startswith(f"costs.{cost}.")]
    told_by = [
        ", ".join(filter(None, [one.source, one.owner or "nobody is named", one.date or "undated"]))
        for one in found
        if one.value or one.owner
    ]
    return "; ".join(dict.fromkeys(told_by))


def _verdict(decision: Decision) -> Verdict | None:
    if decision.verdict not in VERDICTS:
        return None
    state, name = VERDICTS[decision.verdict]
    facts = tuple((head, found) for head, found in information(decision) if found.known)
    return Verdict(state, name, decision.text, facts)


def information(decision: Decision) -> Iterator[tuple[str, Amount]]:
    """What more evidence is worth. Where no test pays, its cost and its length are no advice; a reason stands once."""
    heads, net = DECIDED, decision.enbs.answer
    if isinstance(net, NoEstimate):
        heads = DECIDED | {"evsi": "A test as large as the last would be worth"}
    elif round(net.value) <= 0:  # a test that gains nothing to speak of needs no length
        heads = {"evpi": DECIDED["evpi"], "evsi": "No test pays: the best would be worth"}
    reasons: set[str] = set()
    for field, head in heads.items():
        found = amount(getattr(decision, field))
        if found.known or found.reason not in reasons:
            yield head, found
        reasons.add(found.reason)


def measured(money: Money) -> str:
    """How much of the uncertainty was measured, a sentence; of a plan, where no effect was, what else it may be."""
    if money.measured_share is None:
        return ""
    share = numbers.percent(money.measured_share, 0)
    what = "inputs that are measured, such as units" if basis(money) == "assumed" else "what was measured"
    return f"{share} of the net present value's variance comes from {what}, the rest from what was declared."


def loss_head(money: Money) -> str:
    """What the probability of a loss of a scenario is called, where the case's own takes in more."""
    return LOSS_BY_EFFECTS if beyond_luck(money) else numbers.capital(NAMES["p_negative"])


# --- how sure it is


def _uncertainty(money: Money) -> Iterator[Sheet]:
    workings = money.workings
    if workings and len(workings.scenarios) > 1:
        yield _scenarios(workings, money)
    if money.simulation:
        yield _simulation(money.simulation, money)
    if workings and money.switches:
        yield _switches(money.switches, workings)


def _scenarios(workings: Workings, money: Money) -> Sheet:
    currency = money.summary.npv.unit
    units = {row.name: row.unit for row in workings.rows}
    shown = [row for row in OUTCOMES if row in units]
    heads = [Column(outcome_head(row, money), (last(row),), currency if row == "summary.npv" else "") for row in shown]
    rows = []
    for scene in workings.scenarios:
        cells = (outcome(row, scene.outcome.get(row), units[row], money) for row in shown)
        rows.append((sheets.text(scene.label, small=scene.description), *cells, sheets.text(_differs(scene, workings))))
    columns = (Column("Scenario", ("scenario",), number=False), *heads)
    return Sheet(
        "money-scenarios", "Scenarios, side by side", (*columns, Column("What differs", ("differs",), number=False)),
        tuple(rows), (EFFECTS_ALONE,) if aside(money) else (),
    )  # fmt: skip


def outcome_head(row: str, money: Money) -> str:
    """What a row is called of which each scenario has a number."""
    return loss_head(money) if row == "closed_form.p_negative" else numbers.capital(NAMES[last(row)])


def last(row: str) -> str:
    """What a row is called in its group: 'npv' of 'summary.npv'."""
    return row.rpartition(".")[2]


def outcome(row: str, value: float | None, unit: str, money: Money) -> Cell:
    """Written to the digits of the case's own figure."""
    if value is None:
        return Cell("none", (None,))
    name = last(row)
    own = getattr(money.summary, name).answer
    half = (own.high - own.low) / 2 if isinstance(own, Interval) else 0.0
    answer = Interval(value, 0.0, value - half, value + half) if half else Exact(value)
    figure = Figure("", answer, unit, "", {})
    found = chance(figure) if name == "p_negative" else amount(figure)
    if half and not found.number.strip("0%"):  # smaller than those digits can say
        found = amount(msgspec.structs.replace(figure, answer=Exact(value)))
    bare = name == "npv" or unit.startswith("share")
    return Cell(found.number if bare else found.text, (value,))


def _differs(scene: Scenario, workings: Workings) -> str:
    """'Costs are so many times as high: 1.2× instead of 1×'; the case itself differs in nothing."""
    named, inputs = names(workings), {one.name: one for one in workings.inputs}
    told_of = [
        f"{named[name]}: {written(inputs[name], value)} instead of {told(inputs[name])}"
        for name, value in scene.inputs.items()
        if name in inputs and value != inputs[name].value
    ]
    if len(told_of) > MOST:
        return f"{len(told_of)} inputs; begin the what-if from it to see them."
    return numbers.capital("; ".join(told_of)) or "Nothing"


def _simulation(found: Simulation, money: Money) -> Sheet:
    workings, currency = money.workings, money.summary.npv.unit
    named = names(workings) if workings else {}
    drawn = [named.get(name, name) for name in found.drawn]
    listed = f"{len(drawn)} inputs, marked in the table of inputs" if len(drawn) > MOST else "; ".join(drawn)
    notes = [
        f"{numbers.count(found.draws)} joint draws, seed {found.seed}. After each number, the standard error of the "
        "simulation itself."
    ]
    if drawn:
        notes.append(f"Drawn: {listed}. Everything else is taken as it is.")
    rows = tuple(
        (
            sheets.text(head),
            msgspec.structs.replace(
                drawn_number(found.number(name), found.errors.get(name), name, currency), link=getattr(found, name).id
            ),
        )
        for name, head in DRAWN.items()
    )
    columns = (Column("Of all draws", ("of",), number=False), Column("Net present value", ("value", "error"), currency))
    return Sheet("money-simulation", "Net present value, simulated", columns, rows, tuple(notes))


def drawn_number(value: float, error: float | None, name: str, currency: str) -> Cell:
    """A number to the digits that the simulation's error leaves it."""
    unit = "share" if name == "p_negative" else currency
    if not error:
        return Cell(amount(Figure("", Exact(value), unit, "", {})).number, (value, error))
    found = amount(Figure("", Interval(value, error, value - 2 * error, value + 2 * error), unit, "", {}))
    spread = amount(Figure("", Interval(error, 0.0, 0.0, 2 * error), unit, "", {})).number
    return Cell(found.number, (value, error), small=f"± {spread}")


def _switches(switches: tuple[Switch, ...], workings: Workings) -> Sheet:
    named, inputs = names(workings), {one.name: one for one in workings.inputs}
    rows = []
    for switch in switches:
        one = inputs[switch.input]
        answer = switch.answer
        found = (
            sheets.none(answer.reason, (None,))
            if isinstance(answer, NoEstimate)
            else Cell(written(one, float(f"{answer.value:.4g}")), (answer.value,))
        )
        rows.append((sheets.text(numbers.capital(named[one.name])), Cell(told(one), (one.value,)), found))
    columns = (
        Column("Input", ("input",), number=False),
        Column("As reported", ("reported",)),
        Column("Net present value is 0 at", ("switch", "reason"), "all else as it is"),
    )
    return Sheet("money-switches", "Switching values", columns, tuple(rows), folded=len(rows) > BARS)


# --- what counts


def _scope(money: Money) -> Iterator[Sheet]:
    if money.exclusions:
        columns = tuple(
            Column(name, (field,), number=False)
            for name, field in (("Left out", "left_out"), ("Counted instead", "kept"), ("Why", "why"))
        )
        yield Sheet(
            "money-exclusions", "Lines that must not be added", columns, tuple(map(_excluded, money.exclusions))
        )
    if money.reconciliations:
        columns = (
            Column("Program", ("program",), number=False),
            Column("The program itself", ("value",)),
            Column("Sum of its studies", ("sum",)),
            Column("Realised", ("realisation",), "program / sum"),
            Column("In words", ("text",), number=False),
        )
        rows = tuple(map(_reconciled, money.reconciliations))
        yield Sheet(
            "money-reconciliations", "Studies under a program: they reconcile to it, and never add", columns, rows
        )


def _excluded(found: Exclusion) -> tuple[Cell, ...]:
    kept = numbers.label(found.kept) or "neither"
    return sheets.text(numbers.label(found.left_out)), sheets.text(kept), sheets.text(found.why)


def _reconciled(found: Reconciliation) -> tuple[Cell, ...]:
    name = sheets.text(numbers.label(found.program), small=numbers.listing(list(map(numbers.label, found.lines))))
    figures = (found.program_value, found.sum_of_lines, found.realisation)
    return name, *map(_figured, figures), sheets.text(found.text)


def _figured(figure: Figure) -> Cell:
    found, answer = amount(figure), figure.answer
    if isinstance(answer, NoEstimate):
        return sheets.none(answer.reason)
    return Cell(found.text, (answer.value,), small=found.range, link=figure.id)


def _gaps(categories: tuple[str, ...]) -> str:
    if not categories:
        return ""
    return f"Nothing is declared for: {numbers.listing(categories)}. A gap is not a cost of 0: nobody has said."


def _extra(extra: Extra, place: int) -> Table:
    """Its rows, whose numbers lead to their figures; figures in no row are large, or a table of their own."""
    own = f"money-extra-{place}"
    if not extra.rows:
        return Table(extra.title, extra.words, (), _of_figures(own, extra) if extra.figures else None)
    ids = {f.answer.value: f.id for f in extra.figures if not isinstance(f.answer, NoEstimate)}
    heads = extra.heads or ("",) * max(map(len, extra.rows))
    columns = tuple(
        Column(
            head.removesuffix(SHARE), (head or f"column {at}",),
            number=at > 0 and all(not isinstance(row[at], str) for row in extra.rows),
        )
        for at, head in enumerate(heads)
    )  # fmt: skip
    rows = tuple(
        tuple(_plain(value, head.endswith(SHARE), ids) for value, head in zip(row, heads, strict=True))
        for row in extra.rows
    )
    linked = {cell.link for row in rows for cell in row}
    large = tuple((numbers.capital(called(f)), amount(f)) for f in extra.figures if f.id not in linked)
    return Table(extra.title, extra.words, large, Sheet(own, extra.title, columns, rows))


def _of_figures(id: str, extra: Extra) -> Sheet:  # noqa: A002
    rows = tuple((sheets.text(numbers.capital(called(figure))), _figured(figure)) for figure in extra.figures)
    columns = (Column("Figure", ("figure",), number=False), Column("Value", ("value",)))
    return Sheet(id, extra.title, columns, rows)


def _plain(value: str | float | None, share: bool, ids: dict[float, str]) -> Cell:
    match value:
        case None:
            return Cell("none", (None,))
        case str():
            return sheets.text(value)
    text = amount(Figure("", Exact(value), "share", "", {})).number if share else sheets.written(value)
    return Cell(text, (value,), link=ids.get(value, ""))


# --- who stands for it


def _people(money: Money) -> Iterator[Sheet]:
    if money.risks:
        fields = ("name", "description", "likelihood", "impact", "response", "owner")
        heads = ("Risk", "What may happen", "Likelihood", "Impact", "Response", "Owner")
        columns = tuple(Column(head, (field,), number=False) for head, field in zip(heads, fields, strict=True))
        risks = tuple(
            (
                sheets.text(numbers.capital(numbers.label(risk.name))),
                *(sheets.text(getattr(risk, field) or "nobody has said") for field in fields[1:]),
            )
            for risk in money.risks
        )
        yield Sheet("money-risks", "Risks", columns, risks)
    if money.reviews:
        columns = tuple(Column(name.capitalize(), (name,), number=False) for name in ("role", "name", "date"))
        reviews = tuple(
            (sheets.text(one.role), sheets.text(one.name or "nobody yet"), sheets.text(one.date or "to be done"))
            for one in money.reviews
        )
        yield Sheet("money-reviews", "Sponsors and reviews", columns, reviews)


def _given(workings: Workings, explained: set[str], drawn: tuple[str, ...]) -> Sheet:
    named = names(workings)
    columns = (
        Column("Input", ("input",), number=False),
        Column("Value", ("value",)),
        Column("Range", ("low", "high")),
        Column("Source", ("source", "owner", "as_of"), number=False),
        Column("Note", ("note",), number=False),
    )
    rows = tuple(
        (
            sheets.text(numbers.capital(named[one.name]), tag="drawn" if one.name in drawn else ""),
            *_declared(one, explained),
        )
        for one in workings.inputs
        if one.value or one.owner or not one.name.startswith("costs.")
    )
    return Sheet("money-given", "Every input, and who stands for it", columns, rows, folded=True)


def _declared(one: Input, explained: set[str]) -> tuple[Cell, ...]:
    evidence = one.evidence if one.evidence in explained else ""
    return (
        Cell(told(one), (one.value,), link=evidence),
        Cell(span(one), (one.low, one.high)),
        Cell(one.source, (one.source, one.owner, one.date), small=", ".join(filter(None, (one.owner, one.date)))),
        sheets.text(one.note),
    )


def _formulas(workings: Workings) -> Sheet:
    named = names(workings)
    rows = tuple(
        (
            sheets.text(numbers.capital(named[row.name]), tag="each month" if row.monthly else ""),
            sheets.text(formula_text(row.formula, within(row.name, named))),
        )
        for row in workings.rows
    )
    columns = tuple(Column(name, (name.lower(),), number=False) for name in ("Row", "Formula"))
    return Sheet("money-formulas", "Every formula", columns, rows, folded=True, long=True)
