"""Benefit lines: which effect is worth what, for how many; and that nothing is counted twice."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import msgspec

from liftledger.definitions.comparison import Comparison, Measured, read_comparison
from liftledger.definitions.metrics import terms, vanity_of
from liftledger.definitions.notes import listed
from liftledger.definitions.record import Record
from liftledger.domain.instant import DAY, brief
from liftledger.domain.metric import Metric
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.value import Line

MONTH = 30 * DAY  # of a unit-month
QUOTIENTS = ("mean", "ratio", "repeat")  # kinds that are not per unit


class _Priced(msgspec.Struct, frozen=True):
    """A line beside the definitions that it rests on."""

    line: Line
    compared: Comparison
    record: Record


def read_lines(record: Record | None, measured: Measured, currency: str, months: int) -> tuple[Line, ...]:
    """Lines without mistakes of form; `months` is the length of the cash-flow."""
    found = [_priced(name, record, measured, currency, months) for name in record or () if record is not None]
    priced = [each for each in found if each is not None]
    for earlier, later in combinations(priced, 2):
        _check_twice(earlier, later)
    return tuple(each.line for each in priced)


def _priced(name: str, lines: Record, measured: Measured, currency: str, months: int) -> _Priced | None:
    record: Record = lines[name]
    compared = read_comparison(record, measured)
    _check_months(record, months)
    if compared is None:
        return None
    metric = compared.metric
    _check_metric(record, metric)
    _check_per(record, metric, measured)
    _check_worth(record, metric, currency)
    worth = record.get("worth")
    if "per" not in record or "units" not in record or "basis" not in record:
        return None
    optional = {key: record[key] for key in ("ramp", "decay", "realisation", "description") if key in record}
    line = Line(
        name=name,
        study=compared.study.name,
        metric=metric.name,
        arm=compared.arm,
        per=record["per"],
        units=record["units"],
        basis=record["basis"],
        mark=read_mark(record, metric),
        worth=worth if isinstance(worth, Decimal) else None,
        worth_by={category: worth[category] for category in worth} if isinstance(worth, Record) else {},
        months=tuple(sorted(record.get("months", ()))),
        **optional,
    )
    if line.worth_by and line.worth_metric in measured.known.metric_names:
        lines.refuse(name, f": what it rests on is called '{line.worth_metric}', as a metric is", "rename the line")
    return _Priced(line, compared, record)


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


def _check_months(record: Record, months: int) -> None:
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


def _check_worth(record: Record, metric: Metric, currency: str) -> None:
    value = metric.numerator.value
    if metric.kind in QUOTIENTS or (metric.kind == "sum" and value is None):
        return  # refused elsewhere
    money = value is not None and value.type.name == "money" and value.type.currency == currency
    worth = record.get("worth")
    if money and record.has("worth"):
        record.refuse("worth", f": '{metric.name}' is money, which is worth itself", "remove it")
    elif not money and not record.has("worth"):
        better = "one more of it" if metric.better == "higher" else "one fewer of it"
        reached = {"time_to": "one more unit that gets there", "retention": "one more unit that stays"}
        more = reached.get(metric.kind, better)
        cure = f"say what {more} is worth, such as `worth: 12.50`"
        record.refuse(None, f": 'worth' is missing, and '{metric.name}' is not in {currency}", cure)
    elif isinstance(worth, Record):
        _check_categories(record, worth, metric, currency)


def _check_categories(record: Record, worth: Record, metric: Metric, currency: str) -> None:
    if not worth.written:
        record.refuse("worth", ": there are no categories", "write such as {billing: 12.50, bug: 30}")
    if metric.kind not in ("rate", "count"):
        cure = "write one amount"
        record.refuse("worth", f": '{metric.name}' is a {metric.kind}; only rows have a category each", cure)
    elif metric.by is None:
        cure = f"add the column that does to metrics.{metric.name}, such as `by: category`; or write one amount"
        record.refuse("worth", f": nothing says which category a row of '{metric.name}' has", cure)
    digits = MINOR_DIGITS.get(currency, 2)
    for category in worth:
        if worth[category] != round(worth[category], digits):
            worth.refuse(category, f" is {worth[category]}, and {currency} has {digits} digits", "round it")


def _check_twice(earlier: _Priced, later: _Priced) -> None:
    """One study's effect in one arm is counted once."""
    one, other = earlier.compared, later.compared
    if (one.study.name, one.arm) != (other.study.name, other.arm):
        return
    for found in _shared(earlier, later):
        cure = "keep one of the two; money counted twice is no money"
        later.record.refuse("metric", f": line '{earlier.line.name}' prices {found}", cure)
        return


def _shared(earlier: _Priced, later: _Priced) -> Iterator[str]:
    """What two lines of one study and arm both count."""
    one, other = earlier.compared.metric, later.compared.metric
    if one.name == other.name:
        yield f"'{one.name}' in the same arm of the same study"
    elif one.fact == other.fact and not _apart(one, other):
        first, second = set(terms(one.numerator.where)), set(terms(other.numerator.where))
        values = {metric.numerator.value for metric in (one, other) if metric.kind == "sum"}
        if earlier.line.basis == later.line.basis == "revenue" and one.kind == other.kind == "sum":
            yield f"'{one.name}', a sum over '{one.fact}' too, and both may hold the same revenue"
        elif (first <= second or second <= first) and len(values) < 2:
            inner, outer = (other, one) if first <= second else (one, other)
            yield f"'{one.name}', and what '{inner.name}' counts is a part of what '{outer.name}' counts"


def _apart(one: Metric, other: Metric) -> bool:
    """Whether the windows have no time in common."""
    early, late = sorted((one, other), key=lambda metric: metric.delay)
    return early.window is not None and early.delay + early.window <= late.delay
