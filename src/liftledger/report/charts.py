"""Charts as Vega-Lite specs, plain dicts: one definition for browser, notebook and PDF."""

from typing import Any

from liftledger.domain.estimate import Interval
from liftledger.domain.report import Estimate, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.headline import by_name
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
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


def forest(report: Report, study: StudySummary) -> dict[str, Any]:
    """Headline lifts of a study with their intervals, in the order of the table; empty where no lift can be given."""
    metrics = by_name(report)
    shown = [(e, e.lift) for e in report.headlines(study.name) if isinstance(e.lift, Interval)]
    if not shown:
        return {}
    low, high = _domain([lift for _, lift in shown])
    several = len(study.arms) > 2
    rows = [
        {
            "row": place,
            "name": _name(estimate, several),
            "text": f"{numbers.lift(lift)} ({numbers.lift_range(lift)})",
            "short": numbers.lift(lift),
            "lift": lift.value,
            "low": max(lift.low, low),
            "high": min(lift.high, high),
            "cut_low": lift.low < low,
            "cut_high": lift.high > high,
            "verdict": str(verdict(estimate, metrics[estimate.metric])),
        }
        for place, (estimate, lift) in enumerate(shown)
    ]
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    colour = {
        "field": "verdict",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [str(v) for v in COLOURS], "range": list(COLOURS.values())},
    }
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "format": "+.0%" if high - low > 0.05 else "+.1%",
            "labelExpr": "datum.value === 0 ? '0%' : datum.label",
            "tickCount": {"expr": "max(3, floor(width / 90))"},
            "grid": False,
            "title": f"Lift over {study.control}, with {numbers.confidence(report.confidence)} interval",
            "titleLimit": {"expr": "width"},
        },
    }
    return {
        "$schema": SCHEMA,
        "description": description(report, study),
        "width": WIDTH,
        "height": ROW * len(rows),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
                "data": {"values": [{}]},
                "encoding": {"x": {"datum": 0, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "strokeCap": "round", "yOffset": 9},
                "encoding": {"y": y, "x": x, "x2": {"field": "high"}, "color": colour},
            },
            *(_arrow(end, shape, y, colour) for end, shape in (("low", "triangle-left"), ("high", "triangle-right"))),
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "strokeWidth": 2, "yOffset": 9},
                "encoding": {
                    "y": y,
                    "x": {"field": "lift", "type": "quantitative"},
                    "stroke": colour,
                    # hollow: not proven, or not to be used, so that the chart can be read without colour
                    "fill": {**colour, "condition": {"test": HOLLOW, "value": PAPER}},
                },
            },
            *(_label(halo, y) for halo in (True, False)),
            *(_amount(halo, y) for halo in (True, False)),
        ],
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


def description(report: Report, study: StudySummary) -> str:
    """The chart in words, for those who cannot see it; the table beneath it has the same numbers."""
    shown = [e for e in report.headlines(study.name) if isinstance(e.lift, Interval)]
    several = len(study.arms) > 2
    parts = [
        f"{_name(e, several)} {numbers.lift(e.lift)}, {numbers.lift_range(e.lift)}"
        for e in shown
        if isinstance(e.lift, Interval)
    ]
    return f"Forest plot of lifts over {study.control} in study {study.name}: {'; '.join(parts)}."


def _name(estimate: Estimate, several: bool) -> str:
    name = numbers.label(estimate.metric)
    return f"{name} · {estimate.arm}" if several else name


def _domain(lifts: list[Interval]) -> tuple[float, float]:
    """Both ends of the axis: 0, every estimate, and intervals as far as they do not dwarf the others."""
    reaches = sorted(max(abs(lift.low), abs(lift.high)) for lift in lifts)
    limit = REACH * reaches[len(reaches) // 2]
    limit = max(limit, *(1.25 * abs(lift.value) for lift in lifts), 1e-9)
    low = min(0.0, *(max(lift.low, -limit) for lift in lifts))
    high = max(0.0, *(min(lift.high, limit) for lift in lifts))
    margin = (high - low) * 0.03 or 0.01
    return low - margin, high + margin


def _arrow(end: str, shape: str, y: dict[str, Any], colour: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.cut_{end}"}],
        "mark": {"type": "point", "filled": True, "shape": shape, "size": 60, "opacity": 1, "yOffset": 9},
        "encoding": {"y": y, "x": {"field": end, "type": "quantitative"}, "color": colour},
    }


def _label(halo: bool, y: dict[str, Any]) -> dict[str, Any]:
    """Metric and arm above the interval, cut off before they run into the amount."""
    limit = {"expr": f"width - (width < {NARROW} ? 70 : 240)"}
    return {
        "mark": {**_text_mark(halo, INK), "align": "left", "fontSize": 13, "fontWeight": 600, "limit": limit},
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name", "type": "nominal"}},
    }


def _amount(halo: bool, y: dict[str, Any]) -> dict[str, Any]:
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
