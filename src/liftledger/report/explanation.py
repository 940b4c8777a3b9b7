"""Explanations: where one number comes from, as a value for the page and as text for the terminal."""

import difflib
import textwrap
from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Figure
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.evidence import MEANING
from liftledger.domain.provenance import Origin, Provenance, Query, Script, Source
from liftledger.domain.report import Estimate, MetricSummary, Report
from liftledger.report import numbers, table
from liftledger.report.case import said
from liftledger.report.figures import Input, Ledger
from liftledger.report.headline import by_name, sentence
from liftledger.report.working import (
    Outcome,
    Working,
    differing,
    formula,
    heading,
    outcome,
    reads,
    stands_for,
    values,
    working,
)

COLUMNS = 100  # of a terminal
DIALECTS = {
    "duckdb": "DuckDB", "spark": "Spark", "postgres": "PostgreSQL",
    "snowflake": "Snowflake", "bigquery": "BigQuery", "clickhouse": "ClickHouse", "trino": "Trino",
}  # fmt: skip
NOTHING = Script(())
REFRESHED = (
    "by refresh, from the tables that it keeps (state/). `liftledger report` gives the same report.json from the rows."
)


class Explanation(msgspec.Struct, frozen=True):
    """One estimate down to its sums and its query. Numbers in `values` carry all their twelve digits."""

    id: str
    title: str
    sentence: str
    sureness: str
    metric: MetricSummary
    method: str
    headline: bool
    formula: str
    values: tuple[tuple[str, str], ...]  # name, exact value
    arms: tuple[str, str]  # control and treatment, as spelled in the data
    sums: tuple[tuple[str, str, str], ...]  # product of measures, exact integer in control, in treatment
    query: Query | None
    grade: str
    meaning: str
    reasons: tuple[str, ...]
    priceable: str
    maturity: str
    excluded: str
    notes: tuple[str, ...]


class Explainer:
    """Finds what an estimate rests on; built once, asked for many."""

    def __init__(self, report: Report, provenance: Provenance) -> None:
        self.report = report
        self.metrics = by_name(report)
        self.studies = {study.name: study for study in report.studies}
        self.origins = {origin.id: origin for origin in provenance.origins}
        self.queries = {query.name: query for query in provenance.queries}

    def explain(self, estimate: Estimate) -> Explanation:
        study, metric = self.studies[estimate.study], self.metrics[estimate.metric]
        said = sentence(estimate, metric, self.report.confidence)
        origin = self.origins.get(estimate.id)
        return Explanation(
            id=estimate.id,
            title=title(estimate, metric),
            sentence=str(said),
            sureness=said.sureness,
            metric=metric,
            method=table.method(estimate),
            headline=estimate.headline,
            formula=origin.formula if origin else "",
            values=_values(estimate, metric),
            arms=(estimate.control or "", estimate.arm),
            sums=_sums(origin),
            query=self.queries.get(origin.query) if origin else None,
            grade=str(estimate.grade),
            meaning=MEANING[estimate.grade],
            reasons=study.reasons,
            priceable="may be priced" if estimate.priceable else "must not be priced",
            maturity=table.maturity(estimate),
            excluded=table.excluded(estimate),
            notes=estimate.notes,
        )


def explanation(report: Report, provenance: Provenance, id: str, behind: Script = NOTHING) -> str:  # noqa: A002
    """One number for `liftledger explain`, as plain text; LookupError names the nearest ids.

    `id` may end before the method, as in 'email.spend.mens-e-mail': the headline is meant. Figures of the business
    case have ids of their own, such as 'money.summary.npv'. Of the statements behind it, those before the last are
    only named, unless they were translated.
    """
    found = find(report, id)
    if isinstance(found, Figure):
        return _figure_text(report, provenance, found)
    if isinstance(found, Outcome):
        return _outcome_text(report, provenance, found)
    if not isinstance(found, Estimate):
        return _working_text(report, provenance, found)
    return _estimate_text(report, provenance, found, behind)


def _figure_text(report: Report, provenance: Provenance, figure: Figure) -> str:
    assert report.money is not None
    found = Ledger(report).account(figure)
    parts = [
        numbers.plain(f"{found.id}\n{found.title}"),
        _paragraph(f"No number: {found.reason}." if found.reason else found.text),
        _section("Formula", [found.formula]),
        _columns("Value, to 12 digits", list(found.values)),
        _columns("Inputs", [(given.name, _traced(given)) for given in found.inputs]),
        _section("To mind", [said(reason, report, report.money) for reason in report.money.reasons]),
        *_made_by(provenance),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _working_text(report: Report, provenance: Provenance, one: Working) -> str:
    assert report.money is not None and report.money.workings is not None
    workings = report.money.workings
    parts = [
        numbers.plain(f"{one.name}\n{heading(one, workings)}"),
        _section("Formula", [formula(one, workings)]),
        _columns("Value, to 12 digits", values(one)),
        _columns("Reads", reads(one, workings)),
        _columns("Who says so", stands_for(one)),
        *_made_by(provenance),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _outcome_text(report: Report, provenance: Provenance, one: Outcome) -> str:
    assert report.money is not None and report.money.workings is not None
    workings, scenario, value = report.money.workings, one.scenario, one.scenario.outcome[one.row.name]
    differs = differing(one, workings)
    parts = [
        numbers.plain(
            f"scenarios.{scenario.name}.{one.row.name}\n"
            f"{heading(one.row, workings)}, scenario {scenario.label}: {scenario.description}"
        ),
        _section("Formula", [formula(one.row, workings)]),
        _columns("Value, to 12 digits", [(one.row.unit, "none" if value is None else numbers.exact(value))]),
        _columns("Inputs that differ from the case", differs) if differs else _paragraph("No input differs."),
        _columns("Reads, in the case itself", reads(one.row, workings)),
        *_made_by(provenance),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _traced(given: Input) -> str:
    return f"{given.text}  explain {given.id}" if given.id else given.text


def _estimate_text(report: Report, provenance: Provenance, estimate: Estimate, behind: Script) -> str:
    explainer = Explainer(report, provenance)
    found = explainer.explain(estimate)
    headline = "the headline" if found.headline else "not the headline"
    parts = [
        numbers.plain(f"{found.id}\n{found.title}"),
        _paragraph(f"{found.sentence} {found.sureness}"),
        _section("Definition", [found.metric.definition, found.metric.description]),
        _section("Method", [f"{found.method} ({headline}): {found.formula}".rstrip(": ")]),
        _columns("Value, to 12 digits", [("", ""), *found.values]),
        _columns("Units", _units(estimate)),
        _columns("Sums over units, exact", _sum_lines(found)),
        _section(
            "Grade",
            [
                f"{found.grade}: {found.meaning}.",
                *map(numbers.capital, found.reasons),
                f"In a business case it {found.priceable}.",
            ],
        ),
        _section("To mind", [text for text in (found.maturity, found.excluded, *found.notes) if text]),
        *_sql(found.query, behind, kept=provenance.refreshed is not None),
        _columns("Sources", [line for source in provenance.sources for line in _source(source)]),
        *_made_by(provenance),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def find(report: Report, id: str) -> Estimate | Figure | Working | Outcome:  # noqa: A002
    """The estimate or figure of that id, or the headline of 'study.metric.arm' (with or without a segment).

    Else the input or row of the workings of that name, as the workbook shows it: 'lines.sales.units'; or the row in a
    scenario: 'scenarios.bear.summary.npv'.
    """
    figures = Ledger(report).figures
    if id in figures:
        return figures[id]
    by_id = {estimate.id: estimate for estimate in report.estimates}
    if id in by_id:
        return by_id[id]
    headlines = {key.rpartition(".")[0]: estimate for key, estimate in by_id.items() if estimate.headline}
    if id in headlines:
        return headlines[id]
    workings = report.money.workings if report.money else None
    named = (working(workings, id) or outcome(workings, id)) if workings else None
    if named is not None:
        return named
    parts = [key for key in [*headlines, *figures] if id and f".{id}." in f".{key}."]
    known = [*by_id, *headlines, *figures]
    near = parts[:3] or difflib.get_close_matches(id, known, n=3, cutoff=0.4) or list(by_id)[:3]
    hint = f"; the nearest are {', '.join(near)}" if near else "; the report has no estimates"
    none = "no estimate or figure has" if figures else "no estimate has"
    raise LookupError(numbers.plain(f"{none} the id '{id}'{hint}"))


def title(estimate: Estimate, metric: MetricSummary) -> str:
    """'spend, Mens E-Mail against No E-Mail, channel = Web'."""
    parts = [numbers.name_of(metric), numbers.isolated(estimate.arm)]
    if estimate.control is not None:
        parts[1] += f" against {numbers.isolated(estimate.control)}"
    if estimate.segment:
        parts.append(table.segment(estimate))
    return ", ".join(parts)


def _values(estimate: Estimate, metric: MetricSummary) -> tuple[tuple[str, str], ...]:
    share = metric.unit == "share"
    words = "fraction" if share else metric.unit
    found = [
        *_answer("effect", estimate.effect, words),
        *_answer("lift", estimate.lift, "fraction of the control value"),
    ]
    values = (
        (f"control value ({words})", estimate.control_value),
        (f"treatment value ({words})", estimate.treatment_value),
    )
    tests = (
        ("p-value", estimate.p_value),
        ("p-value, adjusted for the number of categories", estimate.p_adjusted),
        ("skewness", estimate.skewness),
        (f"true effect ({words}), of the simulated company", estimate.truth),
    )
    return (*_given(values), *found, *_given(tests))


def _given(named: tuple[tuple[str, float | None], ...]) -> list[tuple[str, str]]:
    return [(name, numbers.exact(value)) for name, value in named if value is not None]


def _answer(name: str, answer: Answer, words: str) -> list[tuple[str, str]]:
    if isinstance(answer, NoEstimate):
        return [(name, f"none: {answer.reason}")]
    return [
        (f"{name} ({words})", numbers.exact(answer.value)),
        (f"{name}, standard error", numbers.exact(answer.se)),
        (f"{name}, interval", f"{numbers.exact(answer.low)} to {numbers.exact(answer.high)}"),
    ]


def _sums(origin: Origin | None) -> tuple[tuple[str, str, str], ...]:
    if origin is None:
        return ()
    control, treatment = origin.sums.get("control", {}), origin.sums.get("treatment", {})
    products = dict.fromkeys([*treatment, *control])
    return tuple((product, control.get(product, ""), treatment.get(product, "")) for product in products)


def _units(estimate: Estimate) -> list[tuple[str, str]]:
    names = {"control": estimate.control or "", "treatment": estimate.arm}
    return [(names[arm], f"{numbers.count(n)} {numbers.plural(estimate.unit, n)}") for arm, n in estimate.units.items()]


def _sum_lines(found: Explanation) -> list[tuple[str, str]]:
    control, treatment = found.arms
    if not found.sums:
        return []
    if not control:
        return [(product, value) for product, _, value in found.sums]
    return [
        line
        for product, left, right in found.sums
        for line in ((f"{product}, {control}", left), (f"{product}, {treatment}", right))
    ]


def _sql(query: Query | None, behind: Script, *, kept: bool) -> Iterator[str]:
    """`kept`: it begins at tables that were kept, and cannot be written out from the rows."""
    if behind.dialect:
        yield _written_out(behind)
    elif query is not None:
        where = ", on kept tables" if kept else ""
        head = f"SQL that was run{where}: {', '.join([query.name, *_rows(query)])}"
        yield numbers.plain(f"{head}\n{textwrap.indent(query.sql.strip(), '  ')}")
        before = [(one.name, ", ".join(_rows(one))) for one in behind.queries if one.name != query.name]
        hint = "" if kept else " (--dialect shows it all)"
        yield _columns(f"SQL before it, in this order{hint}", before)


def _made_by(provenance: Provenance) -> Iterator[str]:
    program = f"liftledger {provenance.liftledger}, {provenance.engine}"
    if provenance.refreshed is None:
        yield _section("Made by", [program])
    else:
        yield _section("Made by", [f"{program}, {REFRESHED}"])
        yield _section("Read by this refresh", list(provenance.refreshed))


def _written_out(behind: Script) -> str:
    dialect = DIALECTS[behind.dialect]
    if not behind.queries:
        return f"SQL for {dialect}: none is known of this number"
    opening = [f"{statement};" for statement in behind.opening]
    statements = [f"-- {query.name}\n{query.sql.strip()};" for query in behind.queries]
    text = "\n\n".join(["\n".join(opening), *statements] if opening else statements)
    head = f"SQL for {dialect}: {len(statements)} statements, to be run in this order in one session"
    return numbers.plain(f"{head}\n{textwrap.indent(text, '  ')}")


def _rows(query: Query) -> list[str]:
    rows = [] if query.rows_in is None else [f"{numbers.count(query.rows_in)} rows in"]
    return rows if query.rows_out is None else [*rows, f"{numbers.count(query.rows_out)} rows out"]


def _source(source: Source) -> list[tuple[str, str]]:
    size = "" if source.bytes is None else f", {numbers.count(source.bytes)} bytes"
    dialect = f", {source.dialect}" if source.dialect else ""
    digest = [("", f"sha256 {source.sha256}")] if source.sha256 else []
    return [(source.fact, f"{source.place}{size}{dialect}"), *digest]


def _paragraph(text: str, indent: str = "") -> str:
    return numbers.wrapped(text.strip(), COLUMNS, indent=indent)


def _section(head: str, sentences: list[str]) -> str:
    told = [_paragraph(text, "  ") for text in sentences if text]
    return "\n".join([head, *told]) if told else ""


def _columns(head: str, pairs: list[tuple[str, str]]) -> str:
    shown = [(numbers.plain(name), numbers.plain(value)) for name, value in pairs if name or value]
    if not shown:
        return ""
    width = max(len(name) for name, _ in shown)
    return "\n".join([head, *(_hanging(f"  {name:<{width}}  ", value) for name, value in shown)])


def _hanging(name: str, value: str) -> str:
    """A listing that is too long for a line goes on beneath itself; an address does not break."""
    room = COLUMNS - len(name)
    parts = textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False) if "; " in value else [value]
    return f"\n{' ' * len(name)}".join([f"{name}{parts[0]}".rstrip(), *parts[1:]])
