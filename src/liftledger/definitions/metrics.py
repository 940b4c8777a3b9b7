"""Metrics: what is measured, with the windows, caps and covariates that fit the fact and the kind."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.definitions.timing import read_timing, shares_of
from liftledger.definitions.vanity import vanity
from liftledger.domain.expression import BOOLEAN, And, Expression, Text, children, columns
from liftledger.domain.instant import DAY
from liftledger.domain.measure import SUFFIX
from liftledger.domain.metric import Cap, Metric, Term

ROWS = "rows"  # in a term: the number of rows
WITHIN = 7 * DAY  # of a retention: a whole week, so that all weekdays are in it


def read_metrics(
    record: Record | None, sheets: Mapping[str, Sheet], facts: list[str], dimensions: list[str]
) -> tuple[Metric, ...]:
    """Metrics without mistakes of form; `facts` and `dimensions` are all names, refused ones too."""
    if record is not None:
        _check_names(record)
    found = [_metric(name, record[name], sheets, facts, dimensions) for name in record or () if record is not None]
    return tuple(metric for metric in found if metric is not None)


def _metric(
    name: str, record: Record, sheets: Mapping[str, Sheet], facts: list[str], dimensions: list[str]
) -> Metric | None:
    for place, dimension in enumerate(record.get("dimensions", ())):
        if dimension not in dimensions:
            cure = instead(dimension, dimensions, "the dimensions are") or "declare it under dimensions"
            record.refuse("dimensions", f"[{place + 1}]: there is no dimension '{dimension}'", cure)
    _check_pricing(name, record)
    sheet = sheet_of(record, "fact", sheets, facts)
    if sheet is None or "kind" not in record:
        return None
    if sheet.whole:
        (_check_wide if sheet.wide else _check_long)(record, sheet)
    covariate, covariate_denominator = _covariates(record, sheet)
    onset, horizon, grid, marks = read_timing(record, sheet, sheets, facts)
    metric = Metric(
        name=name,
        kind=record["kind"],
        fact=sheet.name,
        numerator=_numerator(record, sheet),
        denominator=_term(record, "denominator", sheet) if record["kind"] == "ratio" else None,
        window=record.get("within", WITHIN) if record["kind"] == "retention" else record.get("window"),
        delay=record.get("after", 0) if record["kind"] == "retention" else record.get("delay", 0),
        lookback=record.get("lookback"),
        covariate=covariate,
        covariate_denominator=covariate_denominator,
        per=record.get("per", DAY),
        better=record.get("better", "higher"),
        role=record.get("role", "outcome"),
        priced=record.get("priced", False),
        dimensions=tuple(dict.fromkeys(record.get("dimensions", ()))),
        by=sheet.column(record, "by", ("text",)),
        onset=onset,
        horizon=horizon,
        grid=grid,
        marks=marks,
        recurring=record.get("recurring", False),
        textbook=record.get("textbook", False),
        description=record.get("description", ""),
    )
    _check_vanity(record, metric)
    return msgspec.structs.replace(metric, cap=_cap(record, metric.numerator))


def _check_names(record: Record) -> None:
    """What is made of a metric is called after it, so no other metric may have such a name."""
    shares = {share: name for name in record for share in shares_of(name, record[name])}
    for name in record:
        if name in shares:
            record.refuse(name, f": a share of metric '{shares[name]}' has this name", "choose another")
        for suffix in filter(None, SUFFIX.values()):
            whole = name.removesuffix(suffix)
            if whole != name and record.has(whole):
                record.refuse(name, f": a part of metric '{whole}' has this name", "choose another")


def _check_pricing(name: str, record: Record) -> None:
    if record.get("priced") and record.has("cap"):
        cure = f"remove `priced`, or leave '{name}' uncapped and add a capped copy to steer by"
        record.refuse("priced", ": a capped estimate steers decisions but is not priced", cure)


def _check_wide(record: Record, sheet: Sheet) -> None:
    """Rows without dates: nothing before, nothing after, one row a unit."""
    for key in ("window", "delay", "lookback"):
        if record.has(key):
            cure = "remove it, or add `time` to the fact"
            record.refuse(key, f": '{sheet.name}' is a wide fact, whose rows have no dates", cure)
    if record["kind"] == "rate":
        record.refuse("kind", f": a rate needs dated rows, and '{sheet.name}' is a wide fact", "use mean or sum")
    if record["kind"] == "time_to":
        cure = "name a fact with `time`, or add `time` to it"
        record.refuse("kind", f": a time to something needs dated rows, and '{sheet.name}' is a wide fact", cure)
    if record["kind"] == "retention":
        cure = "name a fact with `time`, or add `time` to it"
        record.refuse("kind", f": being active again needs dated rows, and '{sheet.name}' is a wide fact", cure)
    if record["kind"] == "repeat":
        cure = 'use conversion with `where`, such as "orders > 1"'
        record.refuse("kind", f": '{sheet.name}' is a wide fact, with one row a unit, and no second one", cure)
    if record["kind"] == "count":
        cure = "use conversion with `where`"
        record.refuse("kind", f": '{sheet.name}' is a wide fact, with one row a unit to count", cure)
    if record["kind"] == "conversion" and not record.has("where"):
        found = f": each unit has a row in the wide fact '{sheet.name}', so all of them convert"
        record.refuse("kind", found, 'add `where`, such as "visit = 1"')


def _check_long(record: Record, sheet: Sheet) -> None:
    if record.has("covariate"):
        cure = "use `lookback: 30d`: the same metric before the start is the covariate"
        record.refuse("covariate", f": '{sheet.name}' is a dated fact", cure)
    if record.has("lookback") and record.has("from"):
        found = (
            ": it looks back from the unit's start in the study, and the clock starts with `from`, which may be later"
        )
        record.refuse("lookback", found, "remove one of the two")
    if record.get("delay") and not record.has("window"):
        record.refuse("delay", ": it stands without `window`", "add the length that follows it, such as `window: 14d`")


def _numerator(record: Record, sheet: Sheet) -> Term:
    if record["kind"] == "ratio":
        return _term(record, "numerator", sheet)
    value = sheet.expression(record, "value", "number")
    return Term(value, sheet.expression(record, "where", "condition"))


def _term(record: Record, key: str, sheet: Sheet) -> Term:
    """A part of a ratio: an expression, `rows`, or {value, where}; the metric's own `where` holds for it too."""
    term: Record | None = record.get(key)
    if term is None:
        return Term()
    conditions = (sheet.expression(record, "where", "condition"), sheet.expression(term, "where", "condition"))
    value = None if term.get("value") == ROWS else sheet.expression(term, "value", "number")
    return Term(value, _both(*conditions))


def _both(first: Expression | None, second: Expression | None) -> Expression | None:
    both = (*terms(first), *terms(second))
    return And(both) if len(both) > 1 else next(iter(both), None)


def terms(condition: Expression | None) -> tuple[Expression, ...]:
    """The conditions that must all hold."""
    if condition is None:
        return ()
    return condition.terms if isinstance(condition, And) else (condition,)


def _covariates(record: Record, sheet: Sheet) -> tuple[Term | None, Term | None]:
    """Numerator and denominator: columns of a wide fact; a boolean one counts."""
    covariate: Record | None = record.get("covariate")
    if covariate is None or "numerator" not in covariate or not sheet.wide:
        return None, None
    ratio = record["kind"] == "ratio"
    if ratio and not covariate.has("denominator"):
        cure = "write {numerator: ..., denominator: ...}: a ratio is compared with a ratio"
        record.refuse("covariate", ": 'denominator' is missing", cure)
    if not ratio and covariate.has("denominator"):
        record.refuse("covariate", f": only a ratio has a denominator, and this is a {record['kind']}", "remove it")
    numerator = _covariate(covariate["numerator"], sheet)
    denominator = _covariate(covariate["denominator"], sheet) if ratio and "denominator" in covariate else None
    return numerator, denominator


def _covariate(term: Record, sheet: Sheet) -> Term:
    where = sheet.expression(term, "where", "condition")
    if term.get("value") == ROWS:
        return Term(None, where)
    value = sheet.expression(term, "value", "any")
    if value is None:
        return Term(None, where)
    if value.type == BOOLEAN:
        return Term(None, _both(value, where))
    return Term(sheet.expression(term, "value", "number"), where)


def _cap(record: Record, numerator: Term) -> Cap | None:
    """Limits in the measure's own scale."""
    cap: Record | None = record.get("cap")
    if cap is None:
        return None
    if not cap.written:
        record.refuse("cap", ": it has neither `low` nor `high`", "write such as {high: p99.5}")
    limits = {side: cap[side] for side in ("low", "high") if side in cap}
    if len({kind for kind, _ in limits.values()}) == 1 and len(limits) == 2 and limits["low"][1] >= limits["high"][1]:
        cap.refuse("low", f" is {limits['low'][1]}, not below the high limit {limits['high'][1]}", "swap them")
    scale = 0 if numerator.value is None else numerator.value.type.scale
    found: dict[str, int] = {}
    for side, (kind, limit) in limits.items():
        if kind == "percentile":
            found[f"{side}_percentile"] = int(limit * 100)
        elif _digits(limit) > scale:
            digits = f"{scale} digits after the point" if scale else "whole numbers"
            cap.refuse(side, f" is {limit}, and the metric counts in {digits}", "round it")
        else:
            found[side] = int(limit.scaleb(scale))
    return Cap(**found)


def _digits(limit: Decimal) -> int:
    exponent = limit.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _check_vanity(record: Record, metric: Metric) -> None:
    """A vanity metric may be watched, but it is no goal and earns no money."""
    found = vanity_of(metric)
    if found is None:
        return
    name, family, reason = found
    where = "" if name == metric.name else f" ('{name}')"
    cure = "make it a diagnostic, and use what follows from it: conversion, revenue, retention, tickets avoided"
    if metric.priced:
        record.refuse("priced", f": {family}{where} are a vanity metric, which is never priced: {reason}", cure)
    if metric.role == "north_star":
        record.refuse("role", f": {family}{where} are a vanity metric, which is no north star: {reason}", cure)


def vanity_of(metric: Metric) -> tuple[str, str, str] | None:
    """The first vanity in what a metric is called and looks at: (the name, its family, why it is one)."""
    return vanity(_names(metric))


def _names(metric: Metric) -> Iterator[str]:
    """What a metric is called and what it looks at."""
    yield from (metric.name, metric.fact)
    yield from sorted(columns(metric.numerator.value))
    if metric.numerator.where is not None:
        yield from _texts(metric.numerator.where)


def _texts(node: Expression) -> Iterator[str]:
    if isinstance(node, Text):
        yield node.value
    for child in children(node):
        yield from _texts(child)
