"""Charts as Vega-Lite specs, plain dicts: one definition for browser, notebook and PDF."""

from typing import Any

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.report import Estimate, MetricSummary, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.headline import by_name, whole
from liftledger.report.verdict import Verdict, verdict

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
NARROW = 480  # below it there is no room for the interval in words
ROW = 46  # pixels of height for one interval and the line of text above it
REACH = 4  # times the reach of the middle one of the intervals; what goes further is cut and ends in an arrow
HOLLOW = f"datum.verdict === '{Verdict.UNPROVEN}' || datum.verdict === '{Verdict.BROKEN}'"

# The light page's colours. The page's style sheet maps each to a variable of its own for dark mode and print.
COLOURS = {
    Verdict.BETTER: "#0b6b4f",
    Verdict.WORSE: "#a8321c",
    Verdict.UNPROVEN: "#5c6166",
    Verdict.BROKEN: "#8a8d91",
}
INK, MUTED, HAIRLINE, PAPER = "#1d1e20", "#5b5f64", "#dcd9d1", "#fdfcf9"
TREATED = "#1f4e79"  # the treated arm; the control is muted, and dashed or hollow
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


class Dot(msgspec.Struct, frozen=True):
    """A row of a chart of intervals: an estimate, its interval, and both as text."""

    name: str
    interval: Interval
    verdict: Verdict
    text: str
    short: str  # the estimate without its interval, for a phone
    truth: float | None = None  # of a simulated company


def forest(report: Report, study: StudySummary) -> dict[str, Any]:
    """Headline lifts of a study with their intervals, in the order of the table; empty where no lift can be given."""
    metrics = by_name(report)
    several = len(study.arms) > 2
    dots = [
        Dot(
            _name(estimate, metrics[estimate.metric], several),
            estimate.lift,
            verdict(estimate, metrics[estimate.metric]),
            f"{numbers.lift(estimate.lift)} ({numbers.lift_range(estimate.lift)})",
            numbers.lift(estimate.lift),
        )
        for estimate in whole(report, study.name)
        if isinstance(estimate.lift, Interval)
    ]
    if not dots:
        return {}
    title = f"Lift over {study.control}, with {numbers.confidence(report.confidence)} interval"
    return intervals(dots, title=title, description=description(report, study), percent=True)


def intervals(dots: list[Dot], *, title: str, description: str, percent: bool = False) -> dict[str, Any]:
    """A dot with its interval in each row, around a line at 0; a row's words stand above it.

    An interval that would dwarf the others is cut and ends in an arrow. A true effect is an upright tick.
    """
    low, high = _domain(dots)
    rows = [
        {
            "row": place,
            "name": dot.name,
            "text": dot.text,
            "short": dot.short,
            "value": dot.interval.value,
            "low": max(dot.interval.low, low),
            "high": min(dot.interval.high, high),
            "cut_low": dot.interval.low < low,
            "cut_high": dot.interval.high > high,
            "verdict": str(dot.verdict),
            "truth": dot.truth,
        }
        for place, dot in enumerate(dots)
    ]
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    colour = {
        "field": "verdict",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [str(v) for v in COLOURS], "range": list(COLOURS.values())},
    }
    zero = "0%" if percent else "0"
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "format": ("+.0%" if high - low > 0.05 else "+.1%") if percent else "+,~r",
            "labelExpr": f"datum.value === 0 ? '{zero}' : datum.label",
            "tickCount": {"expr": "max(3, floor(width / 90))"},
            "grid": False,
            "title": title,
            "titleLimit": {"expr": "width"},
        },
    }
    truths = [
        {
            "transform": [{"filter": "isValid(datum.truth)"}],
            "mark": {"type": "tick", "orient": "vertical", "color": INK, "thickness": 2.5, "size": 18, "yOffset": 9},
            "encoding": {"y": y, "x": {"field": "truth", "type": "quantitative"}},
        }
    ]
    return {
        **base(description, height=ROW * len(rows)),
        "data": {"values": rows},
        "layer": [
            zero_line("x"),
            {
                "mark": {"type": "rule", "strokeWidth": 2, "strokeCap": "round", "yOffset": 9},
                "encoding": {"y": y, "x": x, "x2": {"field": "high"}, "color": colour},
            },
            *(_arrow(end, shape, y, colour) for end, shape in (("low", "triangle-left"), ("high", "triangle-right"))),
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "strokeWidth": 2, "yOffset": 9},
                "encoding": {
                    "y": y,
                    "x": {"field": "value", "type": "quantitative"},
                    "stroke": colour,
                    # hollow: not proven, or not to be used, so that the chart can be read without colour
                    "fill": {**colour, "condition": {"test": HOLLOW, "value": PAPER}},
                },
            },
            *(truths if any(dot.truth is not None for dot in dots) else []),
            *(row_label(halo, y) for halo in (True, False)),
            *(row_amount(halo, y) for halo in (True, False)),
        ],
    }


def base(description: str, *, height: int) -> dict[str, Any]:
    """What all charts share: size, type and the quiet axes."""
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {
            "background": None,
            "aria": False,  # told once, by the description; its hundred parts would only be noise
            "mark": {"aria": False},
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "aria": False,
                "domain": False,
                "ticks": False,
                "gridColor": HAIRLINE,
                "labelColor": MUTED,
                "titleColor": MUTED,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 10,
            },
        },
    }


def upright(title: str) -> dict[str, Any]:
    """A quiet upright axis, its title lying above it."""
    return {
        "title": title,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "start",
        "titleX": 0,
        "titleY": -14,
        "titleLimit": {"expr": "width"},
        "tickCount": 4,
        "grid": True,
    }


def zero_line(channel: str) -> dict[str, Any]:
    """The line at 0, across the chart."""
    return {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
        "data": {"values": [{}]},
        "encoding": {channel: {"datum": 0, "type": "quantitative"}},
    }


def description(report: Report, study: StudySummary) -> str:
    """The chart in words, for those who cannot see it; the table beneath it has the same numbers."""
    metrics = by_name(report)
    shown = [e for e in whole(report, study.name) if isinstance(e.lift, Interval)]
    several = len(study.arms) > 2
    parts = [
        f"{_name(e, metrics[e.metric], several)} {numbers.lift(e.lift)}, {numbers.lift_range(e.lift)}"
        for e in shown
        if isinstance(e.lift, Interval)
    ]
    return f"Forest plot of lifts over {study.control} in study {study.name}: {'; '.join(parts)}."


def _name(estimate: Estimate, metric: MetricSummary, several: bool) -> str:
    name = numbers.name_of(metric)
    return f"{name} · {estimate.arm}" if several else name


def _domain(dots: list[Dot]) -> tuple[float, float]:
    """Both ends of the axis: 0, every estimate and truth, and intervals as far as they do not dwarf the others."""
    found = [dot.interval for dot in dots]
    marks = [abs(interval.value) for interval in found] + [abs(dot.truth) for dot in dots if dot.truth is not None]
    reaches = sorted(max(abs(interval.low), abs(interval.high)) for interval in found)
    limit = REACH * reaches[len(reaches) // 2]
    limit = max(limit, *(1.25 * mark for mark in marks), 1e-9)
    truths = [dot.truth for dot in dots if dot.truth is not None]
    low = min(0.0, *truths, *(max(interval.low, -limit) for interval in found))
    high = max(0.0, *truths, *(min(interval.high, limit) for interval in found))
    margin = (high - low) * 0.03 or 0.01
    return low - margin, high + margin


def _arrow(end: str, shape: str, y: dict[str, Any], colour: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.cut_{end}"}],
        "mark": {"type": "point", "filled": True, "shape": shape, "size": 60, "opacity": 1, "yOffset": 9},
        "encoding": {"y": y, "x": {"field": end, "type": "quantitative"}, "color": colour},
    }


def row_label(halo: bool, y: dict[str, Any]) -> dict[str, Any]:
    """Metric and arm above the interval, cut off before they run into the amount."""
    limit = {"expr": f"width - (width < {NARROW} ? 70 : 240)"}
    return {
        "mark": {**_text_mark(halo, INK), "align": "left", "fontSize": 13, "fontWeight": 600, "limit": limit},
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name", "type": "nominal"}},
    }


def row_amount(halo: bool, y: dict[str, Any]) -> dict[str, Any]:
    """Lift and interval at the right, never cut off."""
    text = {
        "condition": {"test": f"width < {NARROW}", "field": "short", "type": "nominal"},
        "field": "text",
        "type": "nominal",
    }
    return {
        "mark": {**_text_mark(halo, MUTED), "align": "right", "fontSize": 12},
        "encoding": {"y": y, "x": {"value": {"expr": "width"}}, "text": text},
    }


def _text_mark(halo: bool, colour: str) -> dict[str, Any]:
    """Text above the interval; its halo, drawn first, keeps the line at 0 from striking it through."""
    around = {"stroke": PAPER, "strokeWidth": 6, "strokeJoin": "round"} if halo else {}
    return {"type": "text", "baseline": "middle", "yOffset": -9, "color": PAPER if halo else colour, **around}
