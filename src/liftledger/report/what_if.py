"""The what-if: which inputs of the case may be moved, how far, and which numbers follow."""

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from liftledger.domain.cash import Exact, Figure, Money
from liftledger.domain.estimate import Interval
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.workings import Input, Workings
from liftledger.report import numbers
from liftledger.report.amounts import Amount, amount, chance, places
from liftledger.report.figures import NAMES
from liftledger.report.formula_text import names, own_label, owner

DIGITS = 6  # of an input that are written; those before the point are all
STEPS = 100  # of a slider, about
SPREAD = 3  # standard errors to each side of a measured effect
# Not moved by hand: how sure the measurement is, what was believed before it, what is not money, what a scenario sets.
STILL = ("se", "prior_mean", "prior_sd", "counted", "confidence", "luck")
DIFFERENCES = ("effect", "se", "prior_mean", "prior_sd")
CLOSE = ("%", "×")  # what stands at the number without a space
LOSS = "closed_form.p_negative"
SHOWN = (
    "summary.npv", LOSS, "summary.roi", "summary.payback", "summary.discounted_payback", "summary.irr_annual",
    "summary.break_even", "summary.benefits", "summary.costs",
)  # fmt: skip


class Lever(msgspec.Struct, frozen=True):
    """An input that may be moved; all numbers are as they are written, so a share of 0.8 is 80."""

    id: str
    name: str  # of the input
    label: str
    unit: str  # '%', 'USD per month'
    value: str  # as reported, to its digits
    told: str  # the same for humans
    low: str  # ends of the slider
    high: str
    step: str
    least: str  # what the field takes; '' where there is no limit
    most: str
    scale: int  # written / value


class Group(msgspec.Struct, frozen=True):
    """The levers of one line, of one cost, or of the whole case."""

    id: str
    name: str
    levers: tuple[Lever, ...]


class Outcome(msgspec.Struct, frozen=True):
    """A number of the summary: as reported, and the row that gives it."""

    row: str
    name: str
    reported: Amount


class WhatIf(msgspec.Struct, frozen=True):
    """Everything that the what-if shows, and works with."""

    groups: tuple[Group, ...]
    outcomes: tuple[Outcome, ...]
    scenarios: tuple[str, ...]  # labels, besides the case itself
    data: dict[str, Any]  # what the browser calculates with


def what_if(money: Money, confidence: float) -> WhatIf | None:
    """Of a case whose workings are known."""
    workings = money.workings
    if workings is None:
        return None
    groups = tuple(_groups(workings))
    rows = {row.name: row for row in workings.rows}
    shown = [(row, figure) for row, figure in _shown(money) if row in rows]
    outcomes = [
        Outcome(row, _called(row, money), chance(figure) if row == LOSS else amount(figure)) for row, figure in shown
    ]
    written = {row: _writing(row, figure) for row, figure in shown}
    return WhatIf(
        groups,
        tuple(outcomes),
        tuple(scene.label for scene in workings.scenarios[1:]),
        _data(workings, groups, written, confidence),
    )


def _shown(money: Money) -> Iterator[tuple[str, Figure]]:
    """Rows with what is reported of them. The browser draws nothing, so they are as sure as the closed form knows."""
    for row in SHOWN:
        name = row.rpartition(".")[2]
        figure: Figure = getattr(money.closed_form, name, None) or getattr(money.summary, name)
        if name == "costs" and isinstance(figure.answer, Interval):
            figure = msgspec.structs.replace(figure, answer=Exact(figure.answer.value))
        yield row, figure


def _called(row: str, money: Money) -> str:
    """As elsewhere; where more is uncertain than effects, with a word that here nothing else is."""
    own = row.rpartition(".")[2]
    alone = hasattr(money.closed_form, own) and money.simulation is not None and money.simulation.beyond_luck
    return f"{numbers.capital(NAMES[own])}{', by the effects alone' if alone else ''}"


def _writing(row: str, figure: Figure) -> dict[str, Any]:
    """How a number is written: its unit, and its decimals where an interval has decided on them."""
    found: dict[str, Any] = {"unit": figure.unit}
    if row == "summary.npv":
        found["se"] = "closed_form.npv_se"
    elif isinstance(figure.answer, Interval):
        found["places"] = places(figure.answer, figure.unit)
    return found


def _data(
    workings: Workings, groups: tuple[Group, ...], written: dict[str, dict[str, Any]], confidence: float
) -> dict[str, Any]:
    """Inputs and formulas without what is on the page already."""
    named = names(workings)
    scales = {lever.name: (lever.scale, lever.unit) for group in groups for lever in group.levers}
    scales |= {one.name: _scale(one) for one in workings.inputs if one.name not in scales}
    return {
        "months": workings.months,
        "currency": workings.currency,
        "minor": MINOR_DIGITS.get(workings.currency, 2),
        "confidence": confidence,
        "inputs": [
            {
                "name": one.name, "label": numbers.capital(named[one.name]), "value": one.value,
                "series": one.series, "scale": scales[one.name][0], "unit": scales[one.name][1],
            }
            for one in workings.inputs
        ],
        "rows": [{"name": row.name, "monthly": row.monthly, "formula": row.formula} for row in workings.rows],
        "outcomes": written,
        "scenarios": [scene.inputs for scene in workings.scenarios[1:]],
    }  # fmt: skip


def _groups(workings: Workings) -> Iterator[Group]:
    """Rates and levers of the whole case first, then each line and each cost."""
    moved: dict[str, list[Input]] = {"": []}
    for one in workings.inputs:
        if _moves(one):
            moved.setdefault(owner(one.name), []).append(one)
    place = 0
    for number, (group, inputs) in enumerate(moved.items(), 1):
        levers = []
        for one in inputs:
            place += 1
            levers.append(_lever(one, workings, f"lever-{place}"))
        if levers:
            name = numbers.capital(numbers.label(group)) if group else "The whole case"
            yield Group(f"levers-{number}", name, tuple(levers))


def _moves(one: Input) -> bool:
    """A cost that is 0 is none, and there is no telling how far it might go."""
    return (
        not one.series
        and one.name.rpartition(".")[2] not in STILL
        and (one.value != 0 or not one.name.startswith("costs."))
    )


def _lever(one: Input, workings: Workings, id: str) -> Lever:  # noqa: A002
    scale, unit = _scale(one)
    low, high = (end * scale for end in _span(one, workings))
    step = _round_step((high - low) / STEPS)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    least, most = _limits(one, workings)
    value = f"{one.value * scale:.{numbers.significant(one.value * scale, DIGITS)}f}"
    return Lever(
        id=id,
        name=one.name,
        label=numbers.capital(own_label(one)),
        unit=unit,
        value=value.rstrip("0").rstrip(".") if "." in value else value,
        told=told(one),
        low=numbers.exact(low),
        high=numbers.exact(high),
        step=numbers.exact(step),
        least="" if least is None else numbers.exact(least * scale),
        most="" if most is None else numbers.exact(most * scale),
        scale=scale,
    )


def told(one: Input) -> str:
    """The value of an input for humans: '80%', '4 000 units per month'."""
    return "by month" if one.series else written(one, one.value)


def span(one: Input) -> str:
    """The range of an input for humans, whose unit stands at its value: '3 500 to 4 500'; '' where there is none."""
    if one.low is None or one.high is None:
        return ""
    unit = _scale(one)[1]
    bare = [written(one, end).removesuffix(unit).rstrip() for end in (one.low, one.high)]
    return " to ".join(bare) + (unit if unit.startswith(CLOSE) else "")


def written(one: Input, value: float) -> str:
    """Another value of the same input."""
    scale, unit = _scale(one)
    scaled = value * scale
    bare = f"{scaled:.{numbers.significant(scaled, DIGITS)}f}"
    number = numbers.fixed(scaled, len(bare.partition(".")[2].rstrip("0")))
    if unit.startswith(CLOSE):
        return number + unit
    if unit == "month":
        return f"month {number}"
    return f"{number} {unit}".rstrip()


def _scale(one: Input) -> tuple[int, str]:
    """Shares are written as percent, differences of shares as percentage points, so many times as a multiple."""
    first, _, rest = one.unit.partition(" ")
    if one.unit == "share" and one.name.rpartition(".")[2] in DIFFERENCES:
        return 100, "pp"
    if first == "share":
        return 100, f"% {rest}".rstrip()
    return 1, "×" if one.unit == "times" else one.unit


def _span(one: Input, workings: Workings) -> tuple[float, float]:
    """How far the slider goes: around what was declared or measured, and as far as makes sense."""
    value, last = one.value, one.name.rpartition(".")[2]
    if last == "effect":
        errors = [other.value for other in workings.inputs if other.name == f"{one.name.removesuffix('effect')}se"]
        reach = SPREAD * errors[0] if errors and errors[0] > 0 else abs(value) or 1.0
        return min(0.0, value - reach), max(0.0, value + reach)
    least, most = _limits(one, workings)
    low, high = {
        "discount": (0.0, max(0.3, 2 * value)),
        "margin": (0.0, 1.0),
        "holdout": (0.0, max(0.5, value)),
        "decay": (0.0, max(0.2, 2 * value)),
        "realisation": (0.0, max(1.0, 1.5 * value)),
        "ramp": (0.0, max(24.0, 2 * value)),
        "pace": (0.5, max(3.0, 2 * value)),
        "overrun": (0.5, max(2.0, 2 * value)),
    }.get(last, (min(0.0, 2 * value), max(0.0, 2 * value) or 1.0))
    low = min(found for found in (low, one.low, value) if found is not None)
    high = max(found for found in (high, one.high, value) if found is not None)
    return max(low, low if least is None else least), min(high, high if most is None else most)


def _limits(one: Input, workings: Workings) -> tuple[float | None, float | None]:
    """What an input may be at all."""
    last = one.name.rpartition(".")[2]
    if last in ("effect", "worth"):
        return None, None
    if last == "pace":
        return 0.01, None
    if last in ("margin", "holdout", "decay", "discount"):
        return min(0.0, one.value), max(1.0, one.value)
    if last == "ramp":
        return 0.0, float(max(workings.months, one.value))
    return min(0.0, one.value), None


def _round_step(size: float) -> float:
    """The round number at or above `size`: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(nice * power for nice in (1, 2, 5, 10) if nice * power >= size * (1 - 1e-9))
