"""`pilot`: what is registered before it begins, and whether it can be kept to."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from liftledger.definitions.comparison import Measured, read_comparison
from liftledger.definitions.facts import sheet_of
from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.definitions.watchable import unwatchable
from liftledger.domain.metric import Metric
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.pilot import Criterion, Pilot, Tranche
from liftledger.domain.project import Project
from liftledger.domain.value import Line

SHARES = ("conversion", "retention")
COMPARED = ("study", "metric", "arm")


class Watchable(msgspec.Struct, frozen=True):
    """What a criterion can be about; `line_names` are of those with mistakes too."""

    measured: Measured
    lines: Mapping[str, Line]
    line_names: list[str]
    currency: str


def read_pilot(record: Record | None, about: Watchable) -> Pilot | None:
    """What was registered; None where nothing is said of it, or not enough."""
    if record is None:
        return None
    _check_times(record)
    criteria = _criteria(record, about)
    tranches = _tranches(record)
    spent = _spent(record.get("spent"), about)
    leading = _leading(record, about.measured)
    if not all(key in record for key in ("start", "end", "budget")):
        return None
    return Pilot(
        record["start"], record["end"], record["budget"], *spent, record.get("segment", ""), criteria, leading, tranches
    )


def check_watched(record: Record | None, project: Project) -> None:
    """Whether each criterion can be looked at day by day, as far as what it rests on is without mistakes."""
    facts = {fact.name for fact in project.facts}
    for criterion in project.pilot.criteria if project.pilot is not None else ():
        assert record is not None
        study = next(one for one in project.studies if one.name == criterion.study)
        if not facts >= {project.metric(criterion.metric).fact, study.assignment.fact}:
            continue
        refusal = unwatchable(project, criterion)
        if refusal is not None:
            key = "line" if criterion.line else "metric"
            record["criteria"][criterion.name].refuse(key, f": {refusal[0]}", refusal[1])


def _check_times(record: Record) -> None:
    start, end = record.get("start"), record.get("end")
    if start is not None and end is not None and start >= end:
        record.refuse("end", f" is {end}, not after the start, {start}", "swap them")


def _criteria(pilot: Record, about: Watchable) -> tuple[Criterion, ...]:
    record: Record | None = pilot.get("criteria")
    found = [_criterion(name, record[name], about) for name in record or () if record is not None]
    kills = [name for name in record or () if record is not None and record[name].get("rule", "kill") == "kill"]
    if record is not None and not kills and not record.bad:
        cure = "add one with `rule: kill`, decided before anything is seen"
        pilot.refuse("criteria", ": none of them ends the pilot where it does harm", cure)
    return tuple(one for one in found if one is not None)


def _criterion(name: str, record: Record, about: Watchable) -> Criterion | None:
    threshold = _threshold(record)
    if record.has("line"):
        return _of_line(name, record, about, threshold)
    missing = [f"'{key}'" for key in ("study", "metric") if not record.has(key)]
    if missing:
        found = f": {listed(missing)} {'are' if missing[1:] else 'is'} missing"
        record.refuse(None, found, "name a study and its metric, or a benefit line")
    compared = read_comparison(record, about.measured)
    if compared is None or threshold is None or "rule" not in record:
        return None
    _check_scale(record, compared.metric, threshold)
    _check_side(record, compared.metric, threshold)
    return _made(name, record, compared.study.name, compared.metric.name, compared.arm)


def _of_line(name: str, record: Record, about: Watchable, threshold: str | None) -> Criterion | None:
    for key in COMPARED:
        if record.has(key):
            record.refuse(key, ": it is the line's own", "remove it, or the line")
    named: str | None = record.get("line")
    if named is not None and named not in about.line_names:
        cure = instead(named, about.line_names, "the lines are") or "declare it under value"
        record.refuse("line", f": there is no line '{named}'", cure)
    line = about.lines.get(named or "")
    if line is None or threshold is None or "rule" not in record:
        return None
    _check_digits(record, threshold, about.currency)
    _check_good(record, threshold, good="above", why="of a line more money is better")
    return _made(name, record, line.study, line.metric, line.arm, line=line.name)


def _made(name: str, record: Record, study: str, metric: str, arm: str, line: str = "") -> Criterion:
    optional = {key: record[key] for key in ("below", "above", "alpha", "tuned_for") if key in record}
    return Criterion(name, study, metric, arm, record["rule"], **optional, line=line)


def _threshold(record: Record) -> str | None:
    """The key under which it stands: exactly one."""
    if record.has("below") and record.has("above"):
        record.refuse("above", ": `below` is there too, and a criterion has one side", "keep one of them, or write two")
    elif not record.has("below") and not record.has("above"):
        record.refuse(None, ": it has no threshold", "add `above` or `below`, such as `below: 0`")
    else:
        return next((key for key in ("below", "above") if key in record), None)
    return None


def _check_scale(record: Record, metric: Metric, threshold: str) -> None:
    if metric.kind in SHARES and abs(record[threshold]) >= 1:
        found = f" is {record[threshold]}, which is on another scale: the metric is a share, between 0 and 1"
        record.refuse(threshold, found, "write the effect as a difference of shares, such as 0.02 or 2%")


def _check_side(record: Record, metric: Metric, threshold: str) -> None:
    better = "more" if metric.better == "higher" else "less"
    good = "above" if metric.better == "higher" else "below"
    _check_good(record, threshold, good=good, why=f"of '{metric.name}' {better} is better")


def _check_good(record: Record, threshold: str, *, good: str, why: str) -> None:
    """What passes is proven good, and what kills or warns is proven bad."""
    other = {"above": "below", "below": "above"}[good]
    right = good if record["rule"] == "pass" else other
    if threshold != right:
        found = f" is where it would {record['rule']}, and {why}"
        record.refuse(threshold, found, f"write `{right}: {record[threshold]}`, or another rule")


def _check_digits(record: Record, threshold: str, currency: str) -> None:
    digits = MINOR_DIGITS.get(currency, 2)
    if record[threshold] != round(record[threshold], digits):
        record.refuse(threshold, f" is {record[threshold]}, and {currency} has {digits} digits", "round it")


def _spent(record: Record | None, about: Watchable) -> tuple[str, str]:
    """The fact and its column of money."""
    if record is None:
        return "", ""
    known = about.measured.known
    sheet = sheet_of(record, "fact", known.sheets, known.facts)
    if sheet is None or not sheet.whole:
        return "", ""
    if sheet.wide:
        found = f": '{sheet.name}' has no dates, and so does not say what was spent by when"
        record.refuse("fact", found, "name a fact with `time`")
    column = sheet.column(record, "amount", ("money",))
    if column is not None and (currency := sheet.columns[column].currency) != about.currency:
        found = f": it is in {currency}, and the report is in {about.currency}"
        record.refuse("amount", found, "convert it before it comes here")
    return sheet.name, column or ""


def _leading(record: Record, measured: Measured) -> tuple[str, ...]:
    named: tuple[str, ...] = record.get("leading", ())
    reported = {metric for study in measured.studies.values() for metric in study.metrics}
    for place, name in enumerate(named):
        if name not in measured.known.metric_names:
            cure = instead(name, measured.known.metric_names, "the metrics are") or "declare it under metrics"
            record.refuse("leading", f"[{place + 1}]: there is no metric '{name}'", cure)
        elif name in named[:place]:
            record.refuse("leading", f"[{place + 1}]: '{name}' stands there twice", "keep one of them")
        elif name not in reported and set(measured.studies) == set(measured.study_names):
            found = f"[{place + 1}]: no study measures '{name}'"
            record.refuse("leading", found, "add it to the metrics of a study")
    return tuple(dict.fromkeys(named))


def _tranches(pilot: Record) -> tuple[Tranche, ...]:
    record: Record | None = pilot.get("tranches")
    if record is None:
        return ()
    for name in record:
        _check_tranche(record[name], pilot)
    total = sum((record[name].get("amount", Decimal(0)) for name in record), Decimal(0))
    if total > pilot.get("budget", total):
        found = f": they come to {total}, and the budget is {pilot['budget']}"
        pilot.refuse("tranches", found, "lower them, or raise the budget")
    whole = [(name, record[name]) for name in record if "amount" in record[name] and "date" in record[name]]
    return tuple(Tranche(name, one["amount"], one["date"], one.get("needs", ())) for name, one in whole)


def _check_tranche(record: Record, pilot: Record) -> None:
    date, start, end = record.get("date"), pilot.get("start"), pilot.get("end")
    if date is not None and start is not None and date < start:
        record.refuse("date", f" is {date}, before the pilot starts, {start}", "write a later day")
    elif date is not None and end is not None and date > end:
        record.refuse("date", f" is {date}, after the pilot ends, {end}", "write an earlier day")
    criteria: Record | None = pilot.get("criteria")
    names = criteria.written if criteria is not None else []
    for place, name in enumerate(record.get("needs", ())):
        if name not in names and criteria is not None:
            cure = instead(name, names, "the criteria are")
            record.refuse("needs", f"[{place + 1}]: there is no criterion '{name}'", cure)
        elif name in record["needs"][:place]:
            record.refuse("needs", f"[{place + 1}]: '{name}' stands there twice", "keep one of them")
