"""Where a pilot stands, for the page: its state and why, its criteria from day to day, its money."""

from typing import Any

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.pilot import Leading, Release, Standing, Watched
from liftledger.report import numbers, sheets
from liftledger.report.amounts import written
from liftledger.report.charts import INK, MUTED, TREATED, base
from liftledger.report.money_charts import HARM
from liftledger.report.panels import Drawing
from liftledger.report.pilot_view import bare, change, paid, shown, unpaid
from liftledger.report.sheets import Cell, Column, Sheet

STATES = {
    "on track": ("unproven", "On track"),
    "warn": ("mind", "Warning"),
    "killed": ("worse", "Killed"),
    "passed": ("better", "Passed"),
}
HEIGHT = 200
KNOWN = 2  # looks that make a line


class PilotSection(msgspec.Struct, frozen=True):
    """A pilot, ready to be laid out; `state` is the CSS class of its verdict."""

    state: str
    name: str
    since: str
    reason: str
    terms: tuple[str, ...]  # its period, its budget, its segment; sentences
    sheets: tuple[Sheet, ...]
    drawings: tuple[Drawing, ...]
    notes: tuple[str, ...]
    registered: str
    log: str


def pilot_section(standing: Standing, explained: frozenset[str] = frozenset()) -> PilotSection:
    """Of a pilot that is registered; `explained` are the ids that the page has explanations of."""
    state, name = STATES[standing.state]
    drawings = [_drawing(one, f"pilot-{place}") for place, one in enumerate(standing.watched, 1)]
    tables = (_criteria(standing), _tranches(standing), _indicators(standing, explained))
    return PilotSection(
        state=state,
        name=name,
        since=standing.date,
        reason=f"{numbers.capital(standing.reason.rstrip('.'))}.",
        terms=_terms(standing),
        sheets=tuple(found for found in tables if found.rows),
        drawings=tuple(found for found in drawings if found),
        notes=standing.notes,
        registered=standing.registered,
        log=_log(standing),
    )


def _terms(standing: Standing) -> tuple[str, ...]:
    period = f"From {standing.start} to {standing.end}; as of {standing.as_of}." if standing.start else ""
    budget = written(round(standing.budget), standing.currency)
    spent = (
        f"Budget: {budget}; {unpaid(standing)}."
        if standing.spent is None
        else f"{numbers.capital(paid(standing))}: {written(round(standing.spent), standing.currency)}"
        f" of a budget of {budget}."
    )
    segment = f"Segment: {standing.segment}." if standing.segment else ""
    return tuple(filter(None, (period, spent, segment)))


def _criteria(standing: Standing) -> Sheet:
    columns = (
        Column("Criterion", ("criterion",), number=False),
        Column("Effect", ("effect",)),
        Column("Bound", ("bound",), "at all looks"),
        Column("Threshold", ("threshold",)),
        Column("Looks", ("looks",)),
        Column("State", ("state",), number=False),
    )
    return Sheet("pilot-criteria", "Criteria", columns, tuple(map(_criterion, standing.watched)))


def _criterion(one: Watched) -> tuple[Cell, ...]:
    what = ", ".join(filter(None, (numbers.label(one.line or one.metric), one.arm)))
    replaced = f", replaced on {one.registered}" if one.registered else ""
    alpha = f"alpha {numbers.confidence(one.alpha)}{replaced}"
    name = sheets.text(numbers.capital(numbers.label(one.criterion)), small=f"{what}; {alpha}", tag=one.rule)
    unit = "pp" if one.unit == "share" else one.unit
    sign = ">" if one.side == "above" else "<"
    threshold = Cell(f"{sign} {bare(one.threshold, one.unit)}", (one.threshold,), small=unit)
    state = sheets.text(f"{one.state}, {one.fired}" if one.fired else one.state, small=one.reason)
    if not one.looks:
        none = sheets.none("not looked at yet", (None,))
        return name, none, none, threshold, sheets.whole(0), state
    look = shown(one)
    bound = f"{'≥' if one.side == 'above' else '≤'} {bare(look.bound, one.unit)}"
    return (
        name,
        Cell(bare(look.effect, one.unit), (look.effect,), small=unit),
        Cell(bound, (look.bound,), small=unit),
        threshold,
        Cell(numbers.count(len(one.looks)), (len(one.looks),), small=f"{numbers.count(look.units)} units, {look.date}"),
        state,
    )


def _tranches(standing: Standing) -> Sheet:
    def row(one: Release) -> tuple[Cell, ...]:
        return (
            sheets.text(numbers.capital(numbers.label(one.name))),
            Cell(written(round(one.amount), standing.currency), (one.amount,)),
            sheets.text(one.date),
            sheets.text("released" if one.released else "not released"),
            sheets.text(one.reason),
        )

    columns = (
        Column("Tranche", ("tranche",), number=False),
        Column("Amount", ("amount",)),
        *(Column(name, (name.lower(),), number=False) for name in ("From", "State", "Why")),
    )
    return Sheet("pilot-tranches", "Tranches", columns, tuple(map(row, standing.tranches)))


def _indicators(standing: Standing, explained: frozenset[str]) -> Sheet:
    def row(one: Leading) -> tuple[Cell, ...]:
        named = sheets.text(numbers.capital(numbers.label(one.metric)), small=one.arm)
        effect = one.effect
        if isinstance(effect, NoEstimate):
            return named, sheets.none(effect.reason, (None,))
        ends = f"{change(effect.low, one.unit)} to {change(effect.high, one.unit)}"
        link = one.id if one.id in explained else ""
        return named, Cell(change(effect.value, one.unit), (effect.value,), small=ends, link=link)

    columns = (Column("Indicator", ("indicator",), number=False), Column("Effect", ("effect",)))
    return Sheet(
        "pilot-indicators", "Leading indicators, which decide nothing", columns, tuple(map(row, standing.leading))
    )


def _drawing(one: Watched, id: str) -> Drawing | None:  # noqa: A002
    if len(one.looks) < KNOWN:
        return None
    title = numbers.capital(numbers.label(one.criterion))
    fires = "below" if one.side == "below" else "above"
    caption = (
        f"Solid: the effect. Dashed: its bound, which holds at all looks. It fires where the bound is {fires} the line."
    )
    return Drawing(id, title, _chart(one), caption, "")


def _chart(one: Watched) -> dict[str, Any]:
    """Effect and bound on each day, and the threshold."""
    factor = 100 if one.unit == "share" else 1
    rows = [{"date": look.date, "effect": look.effect * factor, "bound": look.bound * factor} for look in one.looks]
    axis = {"grid": False, "title": None, "format": "%Y-%m-%d", "tickCount": 4, "labelOverlap": True, "offset": 6}
    x = {"field": "date", "type": "temporal", "scale": {"type": "utc", "nice": False}, "axis": axis}
    last = one.looks[-1]
    words = (
        f"{numbers.capital(numbers.label(one.criterion))}, {len(one.looks)} looks up to {last.date}: effect "
        f"{change(last.effect, one.unit)}, bound {change(last.bound, one.unit)}, threshold "
        f"{change(one.threshold, one.unit)}."
    )

    def line(field: str, colour: str, dash: list[int]) -> dict[str, Any]:
        mark = {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": dash}
        return {"mark": mark, "encoding": {"x": x, "y": {"field": field, "type": "quantitative", "axis": _axis(one)}}}

    return {
        **base(words, height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
                "encoding": {"y": {"datum": 0, "type": "quantitative"}},
            },
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": HARM, "strokeWidth": 1.5},
                "encoding": {"y": {"datum": one.threshold * factor, "type": "quantitative"}},
            },
            line("bound", MUTED, [5, 4]),
            line("effect", TREATED, [1, 0]),
        ],
    }


def _axis(one: Watched) -> dict[str, Any]:
    money = one.unit.partition(" ")[0] in MINOR_DIGITS
    title = "percentage points" if one.unit == "share" else one.unit
    label = "datum.value === 0 ? '0' : datum.label"
    return {"title": title, "titleLimit": HEIGHT, "tickCount": 4, "format": "~s" if money else "~g", "labelExpr": label}


def _log(standing: Standing) -> str:
    found = standing.log
    if found is None:
        return "There is no log yet."
    return f"Its log holds {numbers.count(found.entries)} {numbers.plural('entry', found.entries)}."
