"""The page: `index.html`, one file that holds everything it needs and asks nothing of the network."""

import base64
import functools
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import MEANING, Grade
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Estimate, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.answer import answers, harms
from liftledger.report.case import case
from liftledger.report.case_view import case_view
from liftledger.report.charts import description, forest
from liftledger.report.customer_view import base_view
from liftledger.report.explanation import Explainer, Explanation
from liftledger.report.figures import Account, Ledger
from liftledger.report.headline import NO_STUDY, Sentence, by_name, first_line, leading, sentence, whole
from liftledger.report.money_view import money_view
from liftledger.report.panels import Drawing, view
from liftledger.report.pilot_section import pilot_section
from liftledger.report.table import Row, dimension, grouped, row
from liftledger.report.threats import Threat, threats
from liftledger.report.truth import score

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
ROLE_HEADS = {
    "north_star": "North star",
    "outcome": "Outcomes",
    "guardrail": "Guardrails",
    "diagnostic": "Diagnostics",
}
# JSON inside a script element must never end it: `<` is written as an escape that JSON readers undo.
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


FILES = {"xlsx": "The workbook, with its formulas alive (XLSX)", "pdf": "The case on paper (PDF)"}


class Download(msgspec.Struct, frozen=True):
    """A file beside the page."""

    name: str
    href: str


class StudyView(msgspec.Struct, frozen=True):
    """A study, ready to be laid out; `anchor` is unique on the page."""

    anchor: str
    study: StudySummary
    broken: bool
    meaning: str
    first_line: str
    lead: tuple[Row, ...]  # rows of the leading metric
    sentences: tuple[tuple[str, tuple[Sentence, ...]], ...]  # by role
    threats: tuple[Threat, ...]
    chart: str  # Vega-Lite spec as JSON; '' where no lift can be given
    chart_words: str
    headlines: tuple[Row, ...]
    without_lift: tuple[Row, ...]
    rows: tuple[Row, ...]  # every method, all units
    segments: tuple[tuple[str, tuple[Row, ...]], ...]  # by dimension
    immature: tuple[Estimate, ...]
    excluded: tuple[Row, ...]  # headlines with units left out before any counting
    srm_not_tested: str  # the reason


def page(report: Report, provenance: Provenance, *, downloads: Sequence[str] = ()) -> str:
    """The whole page as text; `downloads` are the names of files that were made beside it, such as 'case.xlsx'."""
    from markupsafe import Markup

    views = tuple(_study(report, study, f"study-{place}") for place, study in enumerate(report.studies, 1))
    made = case(report, report.money) if report.money else None
    money = money_view(report.money) if report.money and made and made.shown else None
    panels = tuple(
        view(report, answer, f"panel-{place}", money=money is not None)
        for place, answer in enumerate(answers(report), 1)
    )
    explainer = Explainer(report, provenance)
    groups: dict[tuple[str, str], list[Explanation]] = {}
    for estimate in report.estimates:
        groups.setdefault((estimate.study, estimate.metric), []).append(explainer.explain(estimate))
    # Markup below is for our own files and for what _embedded has escaped; all else is escaped by jinja.
    scripts = [_asset("vega.js"), _asset("page.js")]
    rest = case_view(report, report.money) if report.money and money else None
    if rest and rest.what_if:
        scripts += [_asset("workings.js"), _asset("what_if.js")]
    styles = ["page.css", *(["customers.css"] if report.customers else [])]
    styles += ["money.css"] if money or report.pilot else []
    style = "".join(map(_asset, styles))
    accounts = _accounts(report) if money else ()
    explained = frozenset({estimate.id for estimate in report.estimates} | {account.id for account in accounts})
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            provenance=provenance,
            views=views,
            case=made,
            money=money,
            rest=rest,
            downloads=tuple(Download(FILES.get(name.rpartition(".")[2], name), name) for name in downloads),
            explained=explained,
            pilot=pilot_section(report.pilot, explained) if report.pilot else None,
            panels=panels,
            bases=tuple(base_view(report, base, f"customers-{n}") for n, base in enumerate(report.customers, 1)),
            harms=harms(report),
            truth=score(report),
            study_anchors={found.study.name: found.anchor for found in views},
            accounts=accounts,
            embedded=_spec,
            data=_embedded,
            no_study=NO_STUDY,
            explanations=groups,
            query_anchors={query.name: f"query-{place}" for place, query in enumerate(provenance.queries, 1)},
            metric_anchors={m.metric: f"metric-{place}" for place, m in enumerate(report.definitions.metrics, 1)},
            policy=_policy(scripts, style),
            style=Markup(style),  # noqa: S704
            scripts=[Markup(script) for script in scripts],  # noqa: S704
        )
    )


def _accounts(report: Report) -> tuple[Account, ...]:
    """Of every figure but the months, whose table rows tell all."""
    ledger = Ledger(report)
    figures = {figure.id: figure for figure in report.money.figures} if report.money else {}
    return tuple(map(ledger.account, figures.values()))


def _spec(drawing: Drawing) -> str:
    return _embedded({**drawing.spec, "width": "container"})


def _study(report: Report, study: StudySummary, anchor: str) -> StudyView:
    metrics = by_name(report)
    own = [estimate for estimate in report.estimates if estimate.study == study.name]
    headlines = grouped(report.headlines(study.name), metrics)
    outcomes = whole(report, study.name)
    rows = tuple(row(estimate, metrics[estimate.metric]) for estimate in headlines)
    led = leading(outcomes, metrics).metric if outcomes else None
    said = [(metrics[e.metric].role, sentence(e, metrics[e.metric], report.confidence)) for e in outcomes]
    chart = forest(report, study)
    dimensions = dict.fromkeys(tuple(e.segment) for e in own if e.segment)
    return StudyView(
        anchor=anchor,
        study=study,
        broken=study.grade is Grade.BROKEN,
        meaning=MEANING[study.grade],
        first_line=first_line(report, study),
        lead=tuple(found for found, e in zip(rows, headlines, strict=True) if e.metric == led),
        sentences=tuple(
            (head, tuple(text for role, text in said if role == wanted))
            for wanted, head in ROLE_HEADS.items()
            if any(role == wanted for role, _ in said)
        ),
        threats=threats(report, study),
        chart=_embedded({**chart, "width": "container"}) if chart else "",
        chart_words=description(report, study) if chart else "",
        headlines=rows,
        without_lift=_rows(report, (e for e in outcomes if isinstance(e.lift, NoEstimate))),
        rows=_rows(report, (e for e in own if e.segment is None)),
        segments=tuple(
            (
                numbers.listing(tuple(dimension(name) for name in names)),
                _rows(report, (e for e in own if e.segment and tuple(e.segment) == names)),
            )
            for names in dimensions
        ),
        immature=tuple(e for e in outcomes if any(e.maturity.immature.values())),
        excluded=tuple(found for found in rows if found.excluded and not found.part),
        srm_not_tested=study.srm.reason.rstrip(".") if isinstance(study.srm, NoEstimate) else "",
    )


def _rows(report: Report, estimates: Iterable[Estimate]) -> tuple[Row, ...]:
    metrics = by_name(report)
    return tuple(row(estimate, metrics[estimate.metric]) for estimate in grouped(estimates, metrics))


def _embedded(value: Any) -> str:
    """JSON that is safe inside a script element."""
    return msgspec.json.encode(value).decode().translate(ESCAPES)


def _policy(scripts: list[str], style: str) -> str:
    """Content-Security-Policy: nothing is loaded, and only the page's own scripts and style run, known by hash."""
    return (
        f"default-src 'none'; script-src {' '.join(_hash(script) for script in scripts)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@functools.cache
def _asset(name: str) -> str:
    path = HERE / "assets" / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; building the wheel makes it (hatch_build.py)")
    return path.read_text(encoding="utf-8")


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        count=numbers.count,
        capital=numbers.capital,
        lower_first=numbers.lower_first,
        percent=numbers.percent,
        confidence=numbers.confidence,
        duration=numbers.duration,
        instant=numbers.instant,
        label=numbers.label,
        name_of=numbers.name_of,
        plural=numbers.plural,
        p_value=numbers.p_value,
        fixed=numbers.fixed,
        json=lambda text: Markup(text),  # noqa: S704
    )
    return made
