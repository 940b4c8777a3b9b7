"""The second page: where the money comes from, what moves it, and how sure it is."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.money import MINOR_DIGITS
from liftledger.report import numbers
from liftledger.report.amounts import amount
from liftledger.report.case_view import drawn_number, last, measured, outcome, outcome_head
from liftledger.report.formula_text import names
from liftledger.report.pdf.bars import Curve, Drawn, bridge, curve, tornado
from liftledger.report.pdf.room import LONG, SIZES, Size, cut, given, some

SCENARIOS, BARS = 6, 8  # side by side
LONG_SCENARIOS = 4  # of amounts that take more room
COMPARED = ("summary.npv", "closed_form.p_negative", "summary.roi", "summary.payback", "summary.break_even")
CHANCES = {
    "p5": "P5, one draw in twenty is worse",
    "p50": "P50, the middle",
    "p95": "P95, one in twenty is better",
    "p_negative": "Chance of a loss",
}


class Scenes(msgspec.Struct, frozen=True):
    """Scenarios side by side, the case itself first."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    left: int


class Brought(msgspec.Struct, frozen=True):
    """What is empty or None is left out."""

    months: int
    bridge: Drawn
    adds_up: str
    tornado: Drawn | None
    scenes: Scenes | None
    chances: tuple[tuple[str, str], ...]  # of the simulation
    drawn: str
    curve: Curve | None
    paid: str


def brought(found: Money, size: Size) -> Brought:
    """The page of a case that may be shown."""
    return Brought(
        months=found.months,
        bridge=bridge(found, size),
        adds_up=_adds_up(found),
        tornado=tornado(found, min(size.rows, BARS), size),
        scenes=_scenes(found, size),
        chances=tuple(_chances(found)),
        drawn=_drawn(found, size),
        curve=curve(found) if size == SIZES[0] else None,  # the first to make room
        paid=_paid(found),
    )


def _adds_up(found: Money) -> str:
    """What the rows of the bridge come to before they are rounded."""
    answer, unit = found.summary.npv.answer, found.summary.npv.unit
    if isinstance(answer, NoEstimate):
        return ""
    exactly = numbers.fixed(answer.value, MINOR_DIGITS.get(unit, 2))
    return f"Amounts are rounded as far as their intervals allow; before that they add up to {exactly} {unit}."


def long(found: Money) -> bool:
    """Whether its amounts take more room than the columns have."""
    scenes = found.workings.scenarios if found.workings else ()
    summary = [found.summary.npv.answer, found.summary.benefits.answer, found.summary.costs.answer]
    amounts = [one.value for one in summary if not isinstance(one, NoEstimate)]
    return any(abs(one) >= LONG for one in (*amounts, *(scene.outcome.get("summary.npv") or 0.0 for scene in scenes)))


def _paid(found: Money) -> str:
    payback = amount(found.summary.payback)
    return f"Paid back after {payback.text}." if payback.known else f"Not paid back: {payback.reason}."


def _chances(found: Money) -> Iterator[tuple[str, str]]:
    """What the net present value is in one of twenty draws, in half of them, and so on, with the simulation's error."""
    run = found.simulation
    if run is None:
        return
    for name, head in CHANCES.items():
        cell = drawn_number(run.number(name), run.errors.get(name), name, found.summary.npv.unit)
        yield head, f"{cell.text} {cell.small}".rstrip()


def _drawn(found: Money, size: Size) -> str:
    run = found.simulation
    if run is None:
        return ""
    known = names(found.workings) if found.workings else {}
    drawn = [known.get(name, numbers.label(name)) for name in run.drawn]
    few = some(drawn, size.sentences)
    more = f" and {few.left} more" if few.left else ""
    what = f"Drawn: {cut(', '.join(few.shown), size.words)}{more}." if drawn else ""
    return " ".join(filter(None, [f"{numbers.count(run.draws)} joint draws, seed {run.seed}.", measured(found), what]))


def _scenes(found: Money, size: Size) -> Scenes | None:
    """Side by side, the case itself first."""
    scenarios = found.workings.scenarios if found.workings else ()
    if len(scenarios) < 2:
        return None
    shown = scenarios[: min(LONG_SCENARIOS if long(found) else SCENARIOS, size.rows)]
    units = {row: getattr(found.summary, last(row)).unit for row in COMPARED}
    rows = tuple(
        (
            outcome_head(row, found),
            tuple(outcome(row, scene.outcome.get(row), units[row], found).text for scene in shown),
        )
        for row in COMPARED
    )
    notes = tuple(
        f"{given(scene.label, size)}: {cut(scene.description, size.words)}"
        for scene in shown[1:]
        if scene.description.rstrip(".") != scene.label
    )
    heads = tuple(given(scene.label, size) for scene in shown)
    return Scenes(heads, rows, notes, len(scenarios) - len(shown))
