"""Charts of the business case: what adds up to the net present value, when it is paid back, what moves it most."""

from typing import Any

import msgspec

from liftledger.domain.cash import Bar, Exact, Figure, Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.workings import Input
from liftledger.report import numbers
from liftledger.report.amounts import amount, written
from liftledger.report.charts import (
    COLOURS,
    INK,
    MUTED,
    PAPER,
    ROW,
    TREATED,
    base,
    row_amount,
    row_label,
    zero_line,
)
from liftledger.report.formula_text import names
from liftledger.report.verdict import Verdict
from liftledger.report.what_if import written as told

GAIN, HARM = COLOURS[Verdict.BETTER], COLOURS[Verdict.WORSE]
HEIGHT = 240
SORTS = ["gain", "harm", "unproven", "cost", "net", "open"]  # of bars: unproven and open ones are hollow
NET = ("net", "open")  # the last bar


def waterfall(money: Money) -> dict[str, Any]:
    """Benefits up, costs down, and what is left, as present values; empty where there is no net present value."""
    net = _value(money.summary.npv)
    if net is None:
        return {}
    rows = steps(money)
    answer = money.summary.npv.answer
    whisker = [answer.low, answer.high] if isinstance(answer, Interval) else []
    ends = [0.0, *whisker, *(row[end] for row in rows for end in ("from", "to"))]
    margin = (max(ends) - min(ends)) * 0.03 or 1.0
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    x = {
        "field": "from",
        "type": "quantitative",
        "scale": {"domain": [min(ends) - margin, max(ends) + margin], "nice": False},
        "axis": money_axis(f"Present value over {numbers.months(money.months)}, {money.summary.npv.unit}")
        | {"grid": False},
    }
    fill = {
        "field": "sort",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": SORTS, "range": [GAIN, HARM, PAPER, PAPER, INK, PAPER]},
    }
    stroke = {**fill, "scale": {"domain": SORTS, "range": [GAIN, HARM, INK, MUTED, INK, INK]}}
    rows = [{"row": place, **row} for place, row in enumerate(rows)]
    return {
        **base(_waterfall_words(money, rows), height=ROW * len(rows)),
        "data": {"values": rows},
        "layer": [
            zero_line("x"),
            {
                "mark": {"type": "bar", "height": 14, "yOffset": 10, "strokeWidth": 1.5},
                "encoding": {"y": y, "x": x, "x2": {"field": "to"}, "fill": fill, "stroke": stroke},
            },
            *([_whisker(len(rows) - 1, whisker, y)] if whisker else []),
            *(row_label(halo, y) for halo in (True, False)),
            *(row_amount(halo, y) for halo in (True, False)),
        ],
    }


def steps(money: Money) -> list[dict[str, Any]]:
    """The bars of the waterfall, each from where the one before it ends; the last is what is left."""
    level, rows = 0.0, []
    for line in money.lines:
        value = _value(line.present_value)
        if line.priced and value is not None:
            name, sort = numbers.capital(numbers.label(line.name)), _sort(line.present_value)
            named = f"{name}, not proven" if sort == "unproven" else name
            rows.append(_step(named, line.present_value, level, value, sort))
            level += value
    for cost in money.costs:
        value = -abs(_value(cost.present_value) or 0.0)
        rows.append(
            _step(f"{numbers.capital(numbers.label(cost.name))}, cost", cost.present_value, level, value, "cost")
        )
        level += value
    npv = money.summary.npv
    net = _value(npv) or 0.0
    sort = "open" if isinstance(npv.answer, Interval) and _sort(npv) == "unproven" else "net"
    return [*rows, _step("Net present value", npv, 0.0, net, sort)]


def cash_flow(money: Money) -> dict[str, Any]:
    """Cash so far at each month's end, undiscounted; empty where nothing is priced."""
    if not money.cash_flow:
        return {}
    rows = [
        {"month": m.month, "cash": m.cumulative, "owed": min(m.cumulative, 0.0), "earned": max(m.cumulative, 0.0)}
        for m in money.cash_flow
    ]
    payback = _value(money.summary.payback)
    x = {
        "field": "month",
        "type": "quantitative",
        "scale": {"nice": False},
        "axis": {
            "grid": False,
            "title": "Month",
            "format": "d",
            "values": [month.month for month in money.cash_flow if month.month % 6 == 0],
        },
    }
    y = {"field": "cash", "type": "quantitative", "axis": money_axis(None)}
    paid = [] if payback is None else _paid(payback / money.months, payback, amount(money.summary.payback).text, x, y)
    return {
        **base(cash_words(money), height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            *(
                {
                    "mark": {"type": "area", "color": colour, "opacity": 0.12},
                    "encoding": {"x": x, "y": {**y, "field": field}},
                }
                for field, colour in (("owed", HARM), ("earned", GAIN))
            ),
            zero_line("y"),
            {"mark": {"type": "line", "color": INK, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
            *paid,
        ],
    }


def tornado(money: Money) -> dict[str, Any]:
    """The net present value with one input at its lower and at its higher end, all else as it is; the widest first.

    Hollow is the input's lower end, filled its higher one. Empty where nothing was varied.
    """
    npv, found = _value(money.summary.npv), swings(money)
    if npv is None or not found:
        return {}
    rows = [
        {
            "row": place,
            "name": swing.name,
            "text": f"{swing.npv} {swing.unit}",
            "short": swing.npv,
            "end": end,
            "from": npv,
            "to": value,
        }
        for place, swing in enumerate(found)
        for end, value in (("low", swing.low), ("high", swing.high))
    ]
    ends = [npv, 0.0, *(end for swing in found for end in (swing.low, swing.high))]
    margin = (max(ends) - min(ends)) * 0.03 or 1.0
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    x = {
        "field": "from",
        "type": "quantitative",
        "scale": {"domain": [min(ends) - margin, max(ends) + margin], "nice": False},
        "axis": money_axis(f"Net present value, {money.summary.npv.unit}") | {"grid": False},
    }
    fill = {"field": "end", "type": "nominal", "legend": None, "scale": {"domain": ["low", "high"]}}
    words = "; ".join(f"{swing.name} from {swing.inputs}, {swing.npv} {swing.unit}" for swing in found)
    first = {"filter": "datum.end === 'low'"}  # of two rows of one name, one is written
    return {
        **base(f"What the net present value is with one input changed at a time: {words}.", height=ROW * len(found)),
        "data": {"values": rows},
        "layer": [
            zero_line("x"),
            {
                "mark": {"type": "bar", "height": 14, "yOffset": 10, "stroke": TREATED, "strokeWidth": 1.5},
                "encoding": {
                    "y": y,
                    "x": x,
                    "x2": {"field": "to"},
                    "fill": {**fill, "scale": {"domain": ["low", "high"], "range": [PAPER, TREATED]}},
                },
            },
            {
                "data": {"values": [{"npv": npv}]},
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": {"field": "npv", "type": "quantitative"}},
            },
            *({**row_label(halo, y), "transform": [first]} for halo in (True, False)),
            *({**row_amount(halo, y), "transform": [first]} for halo in (True, False)),
        ],
    }


class Swing(msgspec.Struct, frozen=True):
    """A bar of the tornado: an input in words, and the net present value at both of its ends."""

    name: str
    low: float
    high: float
    inputs: str  # '3 500 to 4 500'
    npv: str  # '−51 000 to 130 000'
    unit: str
    switch: str  # the input's value at which the net present value is 0; '' where nothing is known of it


def swings(found: Money) -> tuple[Swing, ...]:
    """The bars of the tornado, the widest first."""
    if not found.workings:
        return ()
    known, named, unit = {one.name: one for one in found.workings.inputs}, names(found.workings), found.summary.npv.unit
    switches = {one.input: one.answer.value for one in found.switches if isinstance(one.answer, Exact)}
    return tuple(
        Swing(
            name=numbers.capital(named[bar.input]),
            low=bar.npv_low,
            high=bar.npv_high,
            inputs=_ends(known[bar.input], bar),
            npv=_between(bar.npv_low, bar.npv_high, unit),
            unit=unit,
            switch=_near(known[bar.input], switches[bar.input]) if bar.input in switches else "",
        )
        for bar in found.tornado
    )


def _ends(one: Input, bar: Bar) -> str:
    """'3 500 to 4 500 per new unit'."""
    return f"{_near(one, bar.low).partition(' ')[0]} to {_near(one, bar.high)}"


def _near(one: Input, value: float) -> str:
    """A point of a distribution, or a place that was searched for: three digits of it."""
    return told(one, float(f"{value:.3g}"))


def _between(low: float, high: float, unit: str) -> str:
    """Both ends rounded alike, to what their distance supports."""
    middle, half = (low + high) / 2, abs(high - low) / 2
    found = amount(Figure("", Interval(middle, 0.0, middle - half, middle + half), unit, "", {})).range
    return found if low <= high else " to ".join(reversed(found.split(" to ")))


def _paid(share: float, month: float, when: str, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """A ring where the cash comes back to 0, and its month in words, which stay in the frame; `share` of the months."""
    data = {"values": [{"month": month, "cash": 0, "text": f"Paid back: {when}"}]}
    align, aside = ("left", 8) if share < 1 / 4 else ("right", -8) if share > 3 / 4 else ("center", 0)
    text = {"type": "text", "align": align, "baseline": "top", "xOffset": aside, "yOffset": 10, "fontSize": 12}
    layers: list[dict[str, Any]] = [
        {
            "data": data,
            "mark": {"type": "point", "size": 90, "fill": PAPER, "stroke": INK, "strokeWidth": 2, "opacity": 1},
            "encoding": {"x": x, "y": y},
        }
    ]
    for halo in (True, False):
        around = {"stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"} if halo else {}
        layers.append(
            {
                "data": data,
                "mark": {**text, "fontWeight": 600, "color": PAPER if halo else INK, **around},
                "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
            }
        )
    return layers


def _sort(figure: Figure) -> str:
    """Only what an interval without 0 proves is filled."""
    answer = figure.answer
    if isinstance(answer, Interval) and not answer.low <= 0 <= answer.high:
        return "gain" if answer.value > 0 else "harm"
    return "unproven"


def _step(name: str, figure: Figure, level: float, value: float, sort: str) -> dict[str, Any]:
    found = amount(figure)
    text = written(value, figure.unit) if sort == "cost" else found.text
    sign = "+" if value > 0 and sort not in NET else ""
    interval = f" ({found.range})" if sort in NET and found.range else ""
    return {
        "name": name,
        "from": level,
        "to": level + value,
        "sort": sort,
        "text": f"{sign}{text}{interval}",
        "short": f"{sign}{text}",
    }


def _whisker(row: int, ends: list[float], y: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": [{"row": row, "low": ends[0], "high": ends[1]}]},
        "mark": {"type": "rule", "color": MUTED, "strokeWidth": 2, "strokeCap": "round", "yOffset": 21},
        "encoding": {"y": y, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
    }


def money_axis(title: str | None) -> dict[str, Any]:
    """An axis of amounts, its thousands as 'k'."""
    label = "datum.value === 0 ? '0' : datum.label"
    return {
        "format": "~s",
        "labelExpr": label,
        "title": title,
        "titleLimit": {"expr": "width"},
        "tickCount": 4,
        "grid": True,
    }


def _value(figure: Figure) -> float | None:
    answer = figure.answer
    match answer:
        case NoEstimate():
            return None
        case Interval() | Exact():
            return answer.value


def _waterfall_words(money: Money, rows: list[dict[str, Any]]) -> str:
    parts = "; ".join(f"{row['name']} {row['text']}" for row in rows)
    return f"What adds up to the net present value over {numbers.months(money.months)}: {parts}."


def cash_words(money: Money) -> str:
    """The chart of the cash in a sentence."""
    last = money.cash_flow[-1]
    payback = amount(money.summary.payback)
    paid = f"paid back after {payback.text}" if payback.known else f"not paid back: {payback.reason}"
    cash = written(last.cumulative, money.summary.npv.unit)
    return f"Cash so far, month by month, undiscounted: {cash} at month {last.month}; {paid}."
