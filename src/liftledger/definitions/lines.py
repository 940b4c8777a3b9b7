"""Benefit lines: which effect is worth what, for how many; and that nothing is counted twice."""

from decimal import Decimal
from typing import Any

from liftledger.definitions.benefits import Priced, check_apart, check_benefit, check_program
from liftledger.definitions.comparison import Measured, read_comparison
from liftledger.definitions.given import read_given
from liftledger.definitions.metrics import vanity_of
from liftledger.definitions.notes import listed
from liftledger.definitions.record import Record
from liftledger.definitions.worth import QUOTIENTS, Bases, categories, check_customers, check_worth, customer_worth
from liftledger.domain.instant import DAY, brief
from liftledger.domain.metric import Metric
from liftledger.domain.value import Given, Line

MONTH = 30 * DAY  # of a unit-month
AMOUNTS = ("units", "worth", "ramp", "decay", "realisation", "holdout")
OPTIONAL = ("benefit", "ramp", "decay", "realisation", "holdout", "program", "under", "description")


def read_lines(record: Record | None, measured: Measured, bases: Bases, currency: str, months: int) -> tuple[Line, ...]:
    """Lines without mistakes of form; `months` is the length of the cash-flow."""
    found = [_priced(name, record, measured, bases, currency, months) for name in record or () if record is not None]
    priced = [each for each in found if each is not None]
    check_program(priced, record)
    check_apart(priced)
    return tuple(each.line for each in priced)


def _priced(name: str, lines: Record, measured: Measured, bases: Bases, currency: str, months: int) -> Priced | None:
    record: Record = lines[name]
    compared = read_comparison(record, measured)
    check_months(record, months)
    given = read_amounts(record)
    if compared is None:
        return None
    metric = compared.metric
    _check_metric(record, metric)
    _check_per(record, metric, measured)
    check_benefit(record, metric)
    check_worth(record, metric, currency)
    check_customers(record, compared, bases)
    if "per" not in record or "units" not in record or "basis" not in record:
        return None
    line = Line(
        name=name,
        study=compared.study.name,
        metric=metric.name,
        arm=compared.arm,
        mark=read_mark(record, metric),
        given=given,
        **stated(record),
    )
    if line.worth_by and line.worth_metric in measured.known.metric_names:
        lines.refuse(name, f": what it rests on is called '{line.worth_metric}', as a metric is", "rename the line")
    return Priced(line, record, compared)


def stated(record: Record) -> dict[str, Any]:
    """What a line says for itself, of a plan too."""
    worth, by = record.get("worth"), categories(record)
    return {
        "per": record["per"],
        "units": record["units"],
        "basis": record["basis"],
        "worth": worth if isinstance(worth, Decimal) else None,
        "worth_by": {category: by[category] for category in by} if by is not None else {},
        "worth_from": customer_worth(record),
        "months": tuple(sorted(record.get("months", ()))),
        **{key: record[key] for key in OPTIONAL if key in record},
    }


def read_amounts(record: Record) -> dict[str, Given]:
    """Where the amounts of a line come from."""
    by = categories(record)
    found = read_given(record, AMOUNTS)
    parts = {} if by is None else read_given(by, by)
    return found | {f"worth.{category}": one for category, one in parts.items()}


def read_mark(record: Record, metric: Metric) -> int | None:
    """Of a time_to metric: the mark by which the share is meant."""
    if metric.kind != "time_to":
        if record.has("mark"):
            found = f": '{metric.name}' is a {metric.kind}, and marks belong to time_to metrics"
            record.refuse("mark", found, "remove it")
        return None
    mark: int | None = record.get("mark", metric.horizon)
    if mark is not None and metric.marks and mark not in metric.marks:
        cure = f"its marks are {listed([brief(each) for each in metric.marks])}; or add it to them"
        record.refuse("mark", f" is {brief(mark)}, which is none of the marks of '{metric.name}'", cure)
    return mark


def _check_metric(record: Record, metric: Metric) -> None:
    """Whether an effect on it can be priced at all."""
    if metric.kind in QUOTIENTS:
        found = f": '{metric.name}' is a {metric.kind}, which is not per unit, so there is nothing to multiply"
        record.refuse("metric", found, "price a sum, a count, a rate, a conversion, a retention or a time_to")
    if metric.cap is not None:
        cure = "price an uncapped copy of it, and steer by this one"
        record.refuse("metric", f": '{metric.name}' is capped, and a capped estimate is never priced", cure)
    vain = vanity_of(metric)
    if vain is not None:
        name, family, reason = vain
        where = "" if name == metric.name else f" ('{name}')"
        cure = "price what follows from it: conversion, revenue, retention, tickets avoided"
        record.refuse("metric", f": {family}{where} are a vanity metric, which is never priced: {reason}", cure)


def check_months(record: Record, months: int) -> None:
    """A campaign runs within the cash-flow, once a month at most."""
    named: tuple[int, ...] = record.get("months", ())
    for place, month in enumerate(named):
        if month > months:
            cure = "lengthen `months` of value, or remove it"
            record.refuse("months", f"[{place + 1}] is {month}, and the cash-flow has {months} months", cure)
        elif month in named[:place]:
            record.refuse("months", f"[{place + 1}] is {month}, which stands there twice", "keep one of them")


def _check_per(record: Record, metric: Metric, measured: Measured) -> None:
    """A metric is priced over its own span of time; none is rescaled to another."""
    per: str | None = record.get("per")
    never = "a window is never rescaled to another length"
    if per is None or metric.kind in QUOTIENTS:
        return
    if per == "unit-month":
        share = metric.kind in ("time_to", "retention")  # by a time, however long it took
        span = metric.per if metric.kind == "rate" else None if share else metric.window
        if span != MONTH:
            cure = f"{never}: declare the metric per 30d, as a rate with `per: 30d` or with `window: 30d`"
            if metric.kind == "retention":
                cure = "write `per: new unit`: it is a share of the units that start, once"
            record.refuse("per", f" is 'unit-month', and '{metric.name}' is {_span(metric)}", cure)
        return
    wide = measured.known.sheets[metric.fact].wide
    if metric.kind == "rate":
        cure = "write `per: unit-month`, or price a count with a window"
        record.refuse("per", f" is '{per}', and '{metric.name}' is {_span(metric)}", cure)
    elif metric.window is None and metric.kind != "time_to" and not wide:
        cure = f"{never}: add `window` to the metric, the time after its start that a unit counts for"
        record.refuse("per", f" is '{per}', and '{metric.name}' is {_span(metric)}", cure)


def _span(metric: Metric) -> str:
    """Over which time the metric is given."""
    if metric.kind == "rate":
        return f"a rate per {brief(metric.per)}"
    if metric.kind == "time_to":
        return "a time to an event"
    if metric.kind == "retention":
        return f"a retention after {brief(metric.delay)}"
    return "without a window" if metric.window is None else f"over {brief(metric.window)}"
