"""Charts of a question: by month of start, treated against control, by maturity, by category, from step to step."""

from typing import Any

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.report import Curve, Estimate, MetricSummary
from liftledger.report import numbers
from liftledger.report.charts import INK, MUTED, PAPER, TREATED, Dot, base, intervals, upright
from liftledger.report.verdict import Verdict, verdict

HEIGHT = 220
STEP = 74  # pixels of height for a step and its two bars


def trend(estimates: tuple[Estimate, ...], metric: MetricSummary, confidence: float) -> dict[str, Any]:
    """Both arms by month of start; empty where no month has both values.

    The bars show the effect's interval, set off from control: one that stays clear of the control line is proven.
    """
    shown = [e for e in estimates if e.control_value is not None and e.treatment_value is not None]
    if not shown:
        return {}
    unit = numbers.unit_of(metric, shown[0].unit)
    rows: list[dict[str, Any]] = []
    for e in shown:
        assert e.control_value is not None and e.treatment_value is not None
        row: dict[str, Any] = {"month": _month(e), "control": e.control_value, "treated": e.treatment_value}
        if isinstance(e.effect, Interval):
            row |= {"low": e.control_value + e.effect.low, "high": e.control_value + e.effect.high}
        rows.append({key: value * unit.factor if isinstance(value, float) else value for key, value in row.items()})
    x = {
        "field": "month",
        "type": "ordinal",
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "grid": False, "title": None, "labelPadding": 8},
        "scale": {"type": "point", "padding": 0.3},
    }
    scale = {"zero": False, "padding": 10}
    y = {
        "type": "quantitative",
        "scale": scale,
        "axis": upright(f"{numbers.capital(numbers.name_of(metric))}, {unit.scale}"),
    }
    arms = (shown[0].control or "control", shown[0].arm)
    return {
        **base(_trend_words(shown, metric, unit, confidence), height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "rule", "color": TREATED, "strokeWidth": 8, "opacity": 0.22},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            _line("control", x, y, MUTED, [5, 4]),
            _line("treated", x, y, TREATED, []),
            _points("control", x, y, MUTED, PAPER),
            _points("treated", x, y, TREATED, TREATED),
            *_end_labels(
                [
                    (rows[-1]["month"], rows[-1]["control"], arms[0], MUTED),
                    (rows[-1]["month"], rows[-1]["treated"], arms[1], TREATED),
                ],
                {"field": "x", "type": "ordinal"},
            ),
        ],
    }


def curves(control: Curve, treated: Curve, metric: MetricSummary, unit: str) -> dict[str, Any]:
    """Share with the event by day, both arms, with pointwise bands."""
    rows = [
        {"day": _short(day), "share": _short(s), "low": _short(low), "high": _short(high), "arm": arm}
        for arm, curve in (("control", control), ("treated", treated))
        for day, s, low, high in zip(curve.days, curve.share, curve.low, curve.high, strict=True)
    ]
    x = {
        "field": "day",
        "type": "quantitative",
        "scale": {"nice": False, "domain": [0, _short(max(control.days[-1], treated.days[-1]))]},
        "axis": {"grid": False, "title": "Days", "tickCount": {"expr": "max(3, floor(width / 90))"}},
    }
    y = {
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": upright(f"Share of {numbers.plural(unit)} that got there") | {"format": ".0%"},
    }
    colour = {
        "field": "arm",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["control", "treated"], "range": [MUTED, TREATED]},
    }
    dash = {
        "field": "arm",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["control", "treated"], "range": [[5, 4], [1, 0]]},
    }
    return {
        **base(_curve_words(control, treated, metric), height=HEIGHT + 40),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.18},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "share"}, "color": colour, "strokeDash": dash},
            },
            *_end_labels(
                [
                    (control.days[-1], control.share[-1], f"{control.arm} {_percent(control.share[-1])}", MUTED),
                    (treated.days[-1], treated.share[-1], f"{treated.arm} {_percent(treated.share[-1])}", TREATED),
                ],
                {"field": "x", "type": "quantitative"},
            ),
        ],
    }


def effects(
    named: list[tuple[str, Estimate]], metrics: dict[str, MetricSummary], confidence: float, what: str
) -> dict[str, Any]:
    """Effects with their intervals, one row each, under the names given; empty where no effect can be given."""
    shown = [(name, e, e.effect) for name, e in named if isinstance(e.effect, Interval)]
    if not shown:
        return {}
    first = shown[0][1]
    unit = numbers.unit_of(metrics[first.metric], first.unit)
    dots = [
        Dot(
            name,
            _scaled(effect, unit.factor),
            _proven(e, metrics[e.metric], confidence),
            f"{numbers.change(effect, unit)} ({numbers.change_range(effect, unit)})",
            numbers.change(effect, unit),
            None if e.truth is None else e.truth * unit.factor,
        )
        for name, e, effect in shown
    ]
    title = f"Effect, {unit.words or unit.scale}, with {numbers.confidence(confidence)} interval"
    words = f"Effects {what}: {'; '.join(f'{dot.name} {dot.text}' for dot in dots)}."
    return intervals(dots, title=title, description=words)


def _proven(estimate: Estimate, metric: MetricSummary, confidence: float) -> Verdict:
    """The verdict; of one category among several, only what holds among all of them."""
    found = verdict(estimate, metric)
    alone = estimate.p_adjusted is not None and estimate.p_adjusted >= 1 - confidence
    return Verdict.UNPROVEN if alone and found in (Verdict.BETTER, Verdict.WORSE) else found


class Step(msgspec.Struct, frozen=True):
    """A level in both arms; values in the unit in which they are drawn."""

    name: str
    control: float
    treated: float
    control_text: str
    treated_text: str


def levels(steps: list[Step], what: str) -> dict[str, Any]:
    """Two bars for each step, one for each arm: control hollow, treated filled. All steps share one unit."""
    if not steps:
        return {}
    rows = [
        {"row": place, "arm": arm, "value": value, "text": text, "name": step.name}
        for place, step in enumerate(steps)
        for arm, value, text in (
            ("control", step.control, step.control_text),
            ("treated", step.treated, step.treated_text),
        )
    ]
    most = max((row["value"] for row in rows if isinstance(row["value"], float)), default=0.0)
    least = min(0.0, *(step.control for step in steps), *(step.treated for step in steps))
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [least, (most or 1) * 1.7], "nice": False},
        "axis": None,
    }
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    words = "; ".join(f"{step.name}: {step.treated_text} against {step.control_text}" for step in steps)
    return {
        **base(f"{what}: {words}.", height=STEP * len(steps)),
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "datum.arm === 'treated'"}],
                "mark": {"type": "text", "align": "left", "baseline": "middle", "yOffset": -24, "color": INK,
                         "fontSize": 13, "fontWeight": 600, "limit": {"expr": "width"}},
                "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name", "type": "nominal"}},
            },
            *_bars("treated", -4, x, y),
            *_bars("control", 16, x, y),
        ],
    }  # fmt: skip


def _bars(arm: str, offset: int, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    fill = {"fill": TREATED} if arm == "treated" else {"fill": PAPER, "stroke": MUTED, "strokeWidth": 1.5}
    only = [{"filter": f"datum.arm === '{arm}'"}]
    colour = TREATED if arm == "treated" else MUTED
    return [
        {
            "transform": only,
            "mark": {"type": "bar", "height": 12, "yOffset": offset, **fill},
            "encoding": {"y": y, "x": x},
        },
        {
            "transform": only,
            "mark": {"type": "text", "align": "left", "baseline": "middle", "xOffset": 7, "yOffset": offset,
                     "color": colour, "fontSize": 12},
            "encoding": {"y": y, "x": x, "text": {"field": "text", "type": "nominal"}},
        },
    ]  # fmt: skip


def _line(field: str, x: dict[str, Any], y: dict[str, Any], colour: str, dash: list[int]) -> dict[str, Any]:
    mark = {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": dash}
    return {"mark": mark, "encoding": {"x": x, "y": {**y, "field": field}}}


def _points(field: str, x: dict[str, Any], y: dict[str, Any], colour: str, fill: str) -> dict[str, Any]:
    mark = {"type": "point", "size": 50, "stroke": colour, "fill": fill, "opacity": 1, "strokeWidth": 2}
    return {"mark": mark, "encoding": {"x": x, "y": {**y, "field": field}}}


def _end_labels(ends: list[tuple[Any, float, str, str]], x: dict[str, Any]) -> list[dict[str, Any]]:
    """Arms named at the end of their lines, the upper one above and the lower one below, so that they never meet."""
    top = max(value for _, value, _, _ in ends)
    found, placed = [], False
    for place, value, text, colour in ends:
        above = value == top and not placed
        placed = placed or above
        for halo in (True, False):
            around = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"} if halo else {}
            found.append(
                {
                    "data": {"values": [{"x": place, "y": value, "text": text}]},
                    "mark": {"type": "text", "align": "right", "baseline": "middle", "fontSize": 12, "fontWeight": 600,
                             "xOffset": 0, "yOffset": -14 if above else 16,
                             "color": PAPER if halo else colour, **around},
                    "encoding": {"x": x, "y": {"field": "y", "type": "quantitative"},
                                 "text": {"field": "text", "type": "nominal"}},
                }
            )  # fmt: skip
    return found


def _month(estimate: Estimate) -> str:
    return " ".join((estimate.segment or {}).values())


def _scaled(interval: Interval, factor: int) -> Interval:
    return Interval(interval.value * factor, interval.se * factor, interval.low * factor, interval.high * factor)


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _percent(share: float) -> str:
    return numbers.percent(share, 1)


def _trend_words(shown: list[Estimate], metric: MetricSummary, unit: numbers.Unit, confidence: float) -> str:
    parts = []
    for e in shown:
        effect = e.effect
        said = f"{_month(e)} {numbers.level(e.treatment_value, unit)} against {numbers.level(e.control_value, unit)}"
        if isinstance(effect, Interval):
            said += f", effect {numbers.change(effect, unit)}, {numbers.change_range(effect, unit)}"
        parts.append(said)
    level = numbers.confidence(confidence)
    return f"{numbers.capital(numbers.name_of(metric))} by month of start, {level} intervals: {'; '.join(parts)}."


def _curve_words(control: Curve, treated: Curve, metric: MetricSummary) -> str:
    ends = f"{treated.arm} {_percent(treated.share[-1])} against {control.arm} {_percent(control.share[-1])}"
    days = numbers.duration(max(control.days[-1], treated.days[-1]))
    return f"Kaplan-Meier curves of {numbers.name_of(metric)}: share with the event by {days}, {ends}."
