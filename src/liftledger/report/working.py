"""One input or row of the workings in text: what it is, what it comes to, and what it reads."""

import re
from collections.abc import Iterator

import msgspec

from liftledger.domain.workings import Apply, Formula, Input, Of, Row, Scenario, Workings
from liftledger.report import numbers
from liftledger.report.formula_text import formula_text, names, within


class Outcome(msgspec.Struct, frozen=True):
    """A row of the summary in a scenario."""

    scenario: Scenario
    row: Row


Working = Input | Row
Pairs = list[tuple[str, str]]


def working(workings: Workings, name: str) -> Working | None:
    """The input or row of that name, such as 'lines.sales.units' or 'summary.npv'."""
    every: tuple[Working, ...] = (*workings.inputs, *workings.rows)
    return next((one for one in every if one.name == name), None)


def outcome(workings: Workings, name: str) -> Outcome | None:
    """A row in a scenario, such as 'scenarios.bear.summary.npv'."""
    found = re.fullmatch(r"scenarios\.([^.]+)\.(.+)", name)
    scenes = {one.name: one for one in workings.scenarios}
    if found is None or found[1] not in scenes or found[2] not in scenes[found[1]].outcome:
        return None
    return Outcome(scenes[found[1]], next(row for row in workings.rows if row.name == found[2]))


def differing(one: Outcome, workings: Workings) -> Pairs:
    """The inputs that the scenario changes."""
    return [
        (name, f"{numbers.exact(value)} instead of {numbers.exact(workings.input(name).value)}  explain {name}")
        for name, value in one.scenario.inputs.items()
        if value != workings.input(name).value
    ]


def heading(one: Working, workings: Workings) -> str:
    """'Fewer tickets: units, at any time'."""
    return numbers.capital(names(workings)[one.name])


def formula(one: Working, workings: Workings) -> str:
    """In words; an input has none."""
    return formula_text(one.formula, within(one.name, names(workings))) if isinstance(one, Row) else ""


def values(one: Working) -> Pairs:
    """All twelve digits, of a monthly one month by month."""
    if isinstance(one, Input):
        spread = {"low": one.low, "high": one.high, "standard deviation": one.sd}
        found = [(one.unit, numbers.exact(one.value))]
        found += [(name, numbers.exact(value)) for name, value in spread.items() if value is not None]
        return found + [(f"month {month}", numbers.exact(value)) for month, value in enumerate(one.series)]
    if not one.monthly:
        return [(one.unit, _exact(one.values[0]))]
    return [(one.unit, "by month"), *((f"month {month}", _exact(value)) for month, value in enumerate(one.values))]


def reads(one: Working, workings: Workings) -> Pairs:
    """What the formula takes, each with its value, and by what name it is explained."""
    if isinstance(one, Input):
        return []
    every: tuple[Working, ...] = (*workings.inputs, *workings.rows)
    known = {given.name: given for given in every}
    return [(name, f"{_told(known[name])}  explain {name}") for name in dict.fromkeys(_names(one.formula))]


def stands_for(one: Working) -> Pairs:
    """Who says so, as of when; of a row, nobody."""
    if isinstance(one, Row):
        return []
    told = {"source": one.source, "owner": one.owner, "as of": one.date, "note": one.note}
    if one.evidence:
        told["evidence"] = f"explain {one.evidence}"
    return [(name, text) for name, text in told.items() if text]


def _names(formula: Formula) -> Iterator[str]:
    match formula:
        case Of(name):
            yield name
        case Apply(_, to):
            for term in to:
                yield from _names(term)


def _told(one: Working) -> str:
    if isinstance(one, Input):
        return "by month" if one.series else numbers.exact(one.value)
    return "by month" if one.monthly else _exact(one.values[0])


def _exact(value: float | None) -> str:
    return "none" if value is None else numbers.exact(value)
