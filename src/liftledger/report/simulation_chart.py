"""The histogram of a simulation: where the net present value may end."""

from typing import Any

from liftledger.domain.cash import Money
from liftledger.report import numbers
from liftledger.report.amounts import written
from liftledger.report.charts import INK, MUTED, PAPER, base, zero_line
from liftledger.report.money_charts import GAIN, HARM, money_axis

HEIGHT = 240
MARKS = {"p5": "P5", "p50": "P50", "p95": "P95"}


def histogram(money: Money) -> dict[str, Any]:
    """Bars of how many draws end where, and three of their quantiles; empty where nothing was drawn."""
    found = money.simulation
    if found is None or len(found.counts) < 1 or len(found.bins) != len(found.counts) + 1:
        return {}
    currency = money.summary.npv.unit
    rows = [
        {"low": low, "high": high, "draws": count, "sort": "loss" if low + high < 0 else "gain"}
        for low, high, count in zip(found.bins[:-1], found.bins[1:], found.counts, strict=True)
    ]
    marks = [{"at": found.number(name), "text": text} for name, text in MARKS.items()]
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [min(0.0, found.bins[0]), max(0.0, found.bins[-1])], "nice": False},
        "axis": money_axis(f"Net present value, {currency}") | {"grid": False},
    }
    y = {
        "field": "draws",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, max(found.counts) * 1.2]},  # room for the words above
    }
    colour = {
        "field": "sort",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["loss", "gain"], "range": [HARM, GAIN]},
    }
    at = {"field": "at", "type": "quantitative"}
    return {
        **base(_words(money), height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "opacity": 0.55, "binSpacing": 1},
                "encoding": {"x": x, "x2": {"field": "high"}, "y": y, "y2": {"datum": 0}, "fill": colour},
            },
            zero_line("x"),
            {
                "data": {"values": marks},
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5, "strokeDash": [4, 3], "y": 18},
                "encoding": {"x": at},
            },
            *(_labels(marks, at, halo) for halo in (True, False)),
        ],
    }


def _labels(marks: list[dict[str, Any]], at: dict[str, Any], halo: bool) -> dict[str, Any]:
    around = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"} if halo else {}
    return {
        "data": {"values": marks},
        "mark": {"type": "text", "y": 8, "fontSize": 12, "fontWeight": 600, "color": PAPER if halo else INK, **around},
        "encoding": {"x": at, "text": {"field": "text", "type": "nominal"}},
    }


def _words(money: Money) -> str:
    found, currency = money.simulation, money.summary.npv.unit
    assert found is not None
    ends = "; ".join(f"{text} {written(found.number(name), currency)}" for name, text in MARKS.items())
    loss = numbers.percent(found.number("p_negative"), 1)
    return f"Net present value over {numbers.count(found.draws)} joint draws: {ends}; below 0 in {loss} of them."
