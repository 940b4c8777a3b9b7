"""The customers' section: each base in words, sheets and charts, ready to be laid out."""

from collections.abc import Iterator
from typing import Any

import msgspec

from liftledger.domain.customer_value import CustomerValue, Tenure
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Interval
from liftledger.domain.report import Report
from liftledger.report import customer_charts, customer_sheets, numbers
from liftledger.report.amounts import Amount
from liftledger.report.customer_words import (
    LETTERS,
    Claim,
    claims,
    continued,
    forecast_sentence,
    group_name,
    kind,
    lead,
    revenue_of,
    spread,
    stated,
    sureness,
    terms,
    worth_of,
)
from liftledger.report.panels import Drawing
from liftledger.report.sheets import Sheet

MOVEMENT = f"Opening + new + expansion {numbers.MINUS} contraction {numbers.MINUS} churned + reactivated = closing."


class Fact(msgspec.Struct, frozen=True):
    """A large figure."""

    head: str
    number: str
    unit: str
    range: str


class Part(msgspec.Struct, frozen=True):
    """Some of what is said of a base: words, charts, tables."""

    head: str
    words: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    sheets: tuple[Sheet, ...] = ()


class BaseView(msgspec.Struct, frozen=True):
    """A base, ready to be laid out; `anchor` is unique on the page."""

    anchor: str
    name: str
    kind: str
    lead: str
    sureness: str
    terms: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    remarks: tuple[str, ...]


def base_view(report: Report, base: CustomerValue, anchor: str) -> BaseView:
    """A base in words, sheets and charts."""
    parts = (
        _worth(report, base, anchor), _incremental(report, base, anchor), _kept(base, anchor),
        *_tenures(report, base, anchor), _movements(report, base, anchor), _revenue(report, base, anchor),
        _behaviour(report, base, anchor), _cohorts(report, base, anchor), _forecasts(base, anchor),
        _models(base, anchor), _simple(report, base, anchor),
    )  # fmt: skip
    return BaseView(
        anchor=anchor,
        name=numbers.capital(numbers.label(base.base)),
        kind=kind(base),
        lead=lead(base, report.currency),
        sureness=sureness(base, report.currency, report.confidence),
        terms=terms(base),
        facts=tuple(_facts(report, base)),
        parts=tuple(part for part in parts if part),
        remarks=tuple(numbers.capital(remark) for remark in base.remarks),
    )


def _facts(report: Report, base: CustomerValue) -> Iterator[Fact]:
    found, revenue = worth_of(base), revenue_of(base)
    if found and isinstance(found.value, Interval):
        yield _fact("Worth of one, modelled", stated(found.value, report.currency))
    if found and isinstance(found.alive, Interval):
        yield _fact(
            "Still subscribed" if base.kind == "subscriptions" else "Still active, modelled",
            stated(found.alive, "share"),
        )
    if found and isinstance(found.purchases, Interval):
        yield _fact("Purchases to come, modelled", stated(found.purchases, "each"))
    if revenue:
        for head, held in (("Net revenue retention", revenue.nrr), ("Gross revenue retention", revenue.grr)):
            if isinstance(held, Interval):
                yield _fact(head, stated(held, "share"))


def _fact(head: str, found: Amount) -> Fact:
    return Fact(head, found.number, found.unit, found.range)


def _worth(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.worth:
        return None
    sheet = customer_sheets.worth(base, f"{anchor}-worth", report.currency)
    spec = customer_charts.ranges(
        [(numbers.capital(group_name(found.group)), found.value) for found in base.worth],
        report.currency,
        title=f"{report.currency} per {numbers.label(base.unit)}, modelled, with {_level(report)} interval",
        words="What customers are expected to bring",
    )
    caption = (
        f"What one {numbers.label(base.unit)} of each group is expected to bring from now on, on average; modelled."
    )
    shown = (
        _drawn(f"{sheet.id}-chart", "By group", spec, caption + _rest(len(base.worth)), sheet)
        if len(base.worth) > 1
        else ()
    )
    drawn, table = _spread(report, base, anchor)
    return Part("What customers are worth", (terms(base),), drawings=(*shown, *drawn), sheets=(sheet, *table))


def _spread(report: Report, base: CustomerValue, anchor: str) -> tuple[tuple[Drawing, ...], tuple[Sheet, ...]]:
    if base.distribution is None:
        return (), ()
    sheet = customer_sheets.spread(base, f"{anchor}-spread", report.currency)
    found, words = worth_of(base), spread(base, report.currency)
    title = f"{report.currency} per {numbers.label(base.unit)}, modelled"
    spec = customer_charts.spread(base.distribution, found.value if found else None, title, words)
    caption = f"{words} The dashed line is the mean; the highest 1% stand in the table only."
    return _drawn(f"{sheet.id}-chart", "From the lowest to the highest", spec, caption, sheet), (sheet,)


def _incremental(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.incremental:
        return None
    sheet = customer_sheets.incremental(base, f"{anchor}-added", report.currency)
    spec = customer_charts.added(base, report.currency, report.confidence)
    caption = "A filled dot is measured and proven; a hollow one is not proven, or modelled."
    told = tuple(
        claim for found in base.incremental for claim in claims(found, base, report.currency, report.confidence)
    )
    return Part(
        "What personalization added",
        ("What is measured and what is modelled stand apart, and are not added up.", *continued(base)), told,
        _drawn(f"{sheet.id}-chart", "Each arm less control", spec, caption, sheet), (sheet,),
    )  # fmt: skip


def _kept(base: CustomerValue, anchor: str) -> Part | None:
    if not base.kept:
        return None
    sheet = customer_sheets.kept(base, f"{anchor}-kept")
    who = numbers.plural(numbers.label(base.unit))
    words = (
        f"Retention is the {who} of a period's start who are still active at its end, as a "
        "share of those at the start. Churn is the rest."
    )
    spec = customer_charts.retention(base.kept, base)
    caption = "Month by month; the pale bars are intervals. Quarters and years are in the table."
    return Part(
        "Who stays",
        (words,),
        drawings=_drawn(f"{sheet.id}-chart", "Retention by month", spec, caption, sheet),
        sheets=(sheet,),
    )


def _tenures(report: Report, base: CustomerValue, anchor: str) -> Iterator[Part]:
    if not base.tenures:
        return
    sheet = customer_sheets.tenures(base, f"{anchor}-tenures")
    controls = {(study.name, study.control) for study in report.studies}
    families: dict[tuple[str | None, str | None], list[Tenure]] = {}
    for found in base.tenures:
        families.setdefault((found.group.study, found.group.dimension), []).append(found)
    drawings: list[Drawing] = []
    for place, ((study, dimension), family) in enumerate(families.items(), 1):
        spec = customer_charts.tenures(family, controls, report.confidence)
        named = " and ".join(numbers.label(name) for name in (study, dimension) if name)
        most = len(customer_charts.SERIES)
        rest = f" The first {most} of {len(family)} groups are drawn; the table has all." if len(family) > most else ""
        caption = f"Solid is what was observed, with its {_level(report)} band; dashed is modelled."
        drawings += _drawn(
            f"{sheet.id}-chart-{place}", f"By {named}" if named else "Everyone", spec, caption + rest, sheet
        )
    words = (
        "The share still subscribed by months since the start: observed as far as anybody was seen so long "
        "(Kaplan-Meier), and beyond it modelled (sBG, or one churn for every customer)."
    )
    yield Part("How long they stay", (words,), drawings=tuple(drawings), sheets=(sheet,))


def _movements(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.movements:
        return None
    sheet = customer_sheets.movements(base, f"{anchor}-movements", report.currency)
    moved = customer_charts.movements(base, report.currency)
    recurring = customer_charts.recurring(base, report.currency)
    return Part(
        "Monthly recurring revenue", (MOVEMENT,),
        drawings=(
            *_drawn(f"{sheet.id}-chart", "What came and what went", moved, "By month.", sheet),
            *_drawn(f"{sheet.id}-level", "At the month's end", recurring, "The closing of each month.", sheet),
        ),
        sheets=(sheet,),
    )  # fmt: skip


def _revenue(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.revenue:
        return None
    sheet = customer_sheets.revenue(base, f"{anchor}-revenue")
    named = [
        (f"{numbers.capital(group_name(found.group))}, {name}", held)
        for found in base.revenue
        for name, held in (("net", found.nrr), ("gross", found.grr))
    ]
    spec = customer_charts.ranges(
        named, "share", title=f"Of the revenue at the start, with {_level(report)} interval",
        words="Revenue retention over 12 months", line=1.0,
    )  # fmt: skip
    words = (
        "Revenue after 12 months of those who were subscribed at the start, as a share of theirs at the start; nobody "
        "who came later counts. Net counts expansion, gross does not."
    )
    caption = "The upright line is 100%: nothing lost, nothing won." + _rest(len(named))
    return Part(
        "Revenue retention",
        (words,),
        drawings=_drawn(f"{sheet.id}-chart", "Net and gross", spec, caption, sheet),
        sheets=(sheet,),
    )


def _behaviour(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.behaviour and base.concentration is None:
        return None
    sheets: list[Sheet] = []
    drawings: list[Drawing] = []
    if base.behaviour:
        sheets.append(customer_sheets.behaviour(base, f"{anchor}-behaviour", report.currency))
    if base.concentration:
        sheet = customer_sheets.concentration(base, f"{anchor}-concentration")
        top = next((found.top_share for found in base.behaviour if found.group == EVERYBODY), None)
        spec = customer_charts.lorenz(base.concentration, top)
        told = spec.get("description", "").removeprefix("Concentration curve. ")
        caption = f"{told} On the dashed line all would bring the same."
        drawings += _drawn(f"{sheet.id}-chart", "Who brings the revenue", spec, caption, sheet)
        sheets.append(sheet)
    return Part("How they buy", drawings=tuple(drawings), sheets=tuple(sheets))


def _cohorts(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.cohorts:
        return None
    sheets = [customer_sheets.retained(base, f"{anchor}-retained"), customer_sheets.active(base, f"{anchor}-active")]
    if any(found.revenue for found in base.cohorts):
        sheets.append(customer_sheets.cohort_revenue(base, f"{anchor}-cohort-revenue", report.currency))
    came = "subscribed" if base.kind == "subscriptions" else "bought"
    does = "had a subscription at its end" if base.kind == "subscriptions" else "bought in it"
    words = (
        f"A cohort is everybody who first {came} in one calendar month (UTC); month 0 is that month, and who is active "
        f"in a month {does}. Darker is more; revenue is shaded within each cohort."
    )
    return Part("Cohorts", (words,), sheets=tuple(sheets))


def _forecasts(base: CustomerValue, anchor: str) -> Part | None:
    if not base.forecasts:
        return None
    summary = customer_sheets.forecasts(base, f"{anchor}-forecast")
    sheets = [summary]
    drawings: list[Drawing] = []
    for place, found in enumerate(base.forecasts, 1):
        track = customer_sheets.track(found, f"{anchor}-track-{place}")
        repeats = customer_sheets.by_repeats(base, found, f"{anchor}-repeats-{place}")
        until = f"The upright line is {found.until}: up to it the model was fitted, after it is its forecast."
        shown, by = customer_charts.track(found), customer_charts.by_repeats(found)
        drawings += _drawn(f"{track.id}-chart", f"{found.model}: repeat purchases so far", shown, until, track)
        after = f"Mean purchases after {found.until}."
        drawings += _drawn(f"{repeats.id}-chart", f"{found.model}: by repeat purchases", by, after, repeats)
        sheets += [sheet for sheet in (repeats, track) if sheet.rows]
    words = (
        "How far the model can be trusted: it was fitted on an earlier part of the records, and its "
        "forecast set against what came.",
    )
    told = tuple(forecast_sentence(found, base) for found in base.forecasts)
    return Part("Forecast against what came", (*words, *told), drawings=tuple(drawings), sheets=tuple(sheets))


def _models(base: CustomerValue, anchor: str) -> Part | None:
    if not base.models:
        return None
    words = "Fitted to the customers of a group by maximum likelihood; standard errors stand beneath the parameters."
    return Part("The models", (words,), sheets=tuple(customer_sheets.models(base, f"{anchor}-model")))


def _simple(report: Report, base: CustomerValue, anchor: str) -> Part | None:
    if not base.simple:
        return None
    words = (
        "From formulas of textbooks, for comparison only. They have no interval, and take it that customers leave at "
        "one rate for ever; nothing else on this page rests on them."
    )
    told = (words, LETTERS) if base.kind == "subscriptions" else (words,)
    return Part("Simple values", told, sheets=(customer_sheets.simple(base, f"{anchor}-simple", report.currency),))


def _drawn(at: str, title: str, spec: dict[str, Any], caption: str, sheet: Sheet) -> tuple[Drawing, ...]:
    return (Drawing(at, title, spec, caption, sheet.id),) if spec else ()


def _rest(rows: int) -> str:
    most = customer_charts.MOST
    return f" The first {most} of {rows} are drawn; the table has all." if rows > most else ""


def _level(report: Report) -> str:
    return numbers.confidence(report.confidence)
