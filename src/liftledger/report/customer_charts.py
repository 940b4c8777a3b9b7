"""Charts of a customer base: who stays, how much is bought and by whom, what it is worth, what was forecast."""

from collections.abc import Collection
from typing import Any

from liftledger.domain.customer_value import Concentration, CustomerValue, Distribution, Forecast, Kept, Tenure
from liftledger.domain.estimate import Answer, Interval
from liftledger.report import numbers
from liftledger.report.charts import (
    COLOURS,
    INK,
    MUTED,
    PAPER,
    ROW,
    TREATED,
    Dot,
    base,
    intervals,
    row_amount,
    row_label,
    upright,
    zero_line,
)
from liftledger.report.customer_sheets import repeats
from liftledger.report.customer_words import group_name, stated
from liftledger.report.verdict import Verdict

OCHRE, VIOLET, TEAL, ROSE = "#8c5a00", "#6b3fa0", "#00707a", "#9c2f6b"
SERIES = (TREATED, OCHRE, VIOLET, TEAL, ROSE, MUTED)
MOST = 16  # intervals in one chart
HEIGHT = 240
NARROW = 480  # below it a legend has two columns
PLAIN_ZERO = "datum.value === 0 ? '0' : datum.label"
MOVES = {
    "New": ("new", 1, TREATED),
    "Expansion": ("expansion", 1, COLOURS[Verdict.BETTER]),
    "Reactivated": ("reactivated", 1, TEAL),
    "Contraction": ("contraction", -1, OCHRE),
    "Churned": ("churned", -1, COLOURS[Verdict.WORSE]),
}


def ranges(named: list[tuple[str, Answer]], unit: str, *, title: str, words: str, line: float = 0.0) -> dict[str, Any]:
    """Levels with their intervals, a row each, beside a line; empty where there is none."""
    found = [(name, held) for name, held in named if isinstance(held, Interval)][:MOST]
    if not found:
        return {}
    told = [(name, held, stated(held, unit)) for name, held in found]
    rows = [
        {"row": place, "name": name, "text": f"{said.text} ({said.range})", "short": said.text,
         "value": held.value, "low": held.low, "high": held.high}
        for place, (name, held, said) in enumerate(told)
    ]  # fmt: skip
    ends = [line, *(end for _, held in found for end in (held.low, held.high))]
    margin = (max(ends) - min(ends)) * 0.03 or 1.0
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [min(ends) - margin, max(ends) + margin], "nice": False, "zero": False},
        "axis": {
            "format": ".0%" if unit == "share" else "~s",
            "labelExpr": PLAIN_ZERO,
            "tickCount": {"expr": "max(3, floor(width / 90))"},
            "grid": False,
            "title": title,
            "titleLimit": {"expr": "width"},
        },
    }
    upright = {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
        "data": {"values": [{}]},
        "encoding": {"x": {"datum": line, "type": "quantitative"}},
    }
    listed = "; ".join(f"{row['name']} {row['text']}" for row in rows)
    return {
        **base(f"{words}: {listed}.", height=ROW * len(rows)),
        "data": {"values": rows},
        "layer": [
            *([upright] if min(ends) < line < max(ends) else []),
            {
                "mark": {"type": "rule", "strokeWidth": 2, "strokeCap": "round", "yOffset": 9, "color": TREATED},
                "encoding": {"y": y, "x": x, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "yOffset": 9, "color": TREATED},
                "encoding": {"y": y, "x": {"field": "value", "type": "quantitative"}},
            },
            *(row_label(halo, y) for halo in (True, False)),
            *(row_amount(halo, y) for halo in (True, False)),
        ],
    }


def spread(found: Distribution, mean: Answer | None, title: str, words: str) -> dict[str, Any]:
    """Expected value of customers, the lowest first; the dashed line is their mean. The very highest is left out."""
    rows = [{"share": s, "value": _short(v)} for s, v in zip(found.share, found.value, strict=True) if s < 1]
    x = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"grid": False, "title": "Share of customers, the lowest first", "format": ".0%",
                  "tickCount": {"expr": "max(3, floor(width / 90))"}, "titleLimit": {"expr": "width"}}}  # fmt: skip
    y = {"field": "value", "type": "quantitative", "axis": axis(title, "~s")}
    level = [{"value": _short(mean.value)}] if isinstance(mean, Interval) else []
    return {
        **base(f"Expected value of customers, the lowest first. {words}", height=HEIGHT + 40),
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": level},
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5, "strokeDash": [5, 4]},
                "encoding": {"y": y},
            },
            {"mark": {"type": "line", "color": TREATED, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "point", "filled": True, "color": TREATED, "size": 40, "opacity": 1},
                "encoding": {"x": x, "y": y},
            },
        ],
    }


def added(of: CustomerValue, currency: str, confidence: float) -> dict[str, Any]:
    """What arms add: measured and modelled apart; what is modelled is hollow, as nothing of it is proven."""
    lines = [
        (f"{numbers.isolated(found.arm)}, {part}", held, part)
        for found in of.incremental
        for part, held in (("measured", found.observed), ("modelled from then on", found.modelled))
    ]
    dots = []
    for name, held, part in lines:
        if isinstance(held, Interval):
            said = stated(held, currency, difference=True)
            proven = part == "measured" and not held.low <= 0 <= held.high
            sort = (Verdict.BETTER if held.value > 0 else Verdict.WORSE) if proven else Verdict.UNPROVEN
            dots.append(Dot(name, held, sort, f"{said.text} ({said.range})", said.number))
    if not dots:
        return {}
    told = "; ".join(f"{dot.name} {dot.text}" for dot in dots)
    words = f"Customer value of each arm less that of control, measured and modelled apart: {told}."
    title = f"{currency} per {numbers.label(of.unit)}, with {numbers.confidence(confidence)} interval"
    return intervals(dots, title=title, description=words)


def retention(kept: tuple[Kept, ...], of: CustomerValue) -> dict[str, Any]:
    """Monthly retention with its intervals; empty where fewer than two months have one."""
    rows = [
        {"month": k.start[:7], "value": k.retention.value, "low": k.retention.low, "high": k.retention.high}
        for k in kept
        if k.period == "month" and isinstance(k.retention, Interval)
    ]
    if len(rows) < 2:
        return {}
    first, last = rows[0], rows[-1]
    who = numbers.plural(numbers.label(of.unit))
    words = (
        f"Share of {who} active at a month's start who were still active at its end: {_percent(first['value'])} in "
        f"{first['month']}, {_percent(last['value'])} in {last['month']}."
    )
    y = {
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": axis("Still active a month later", ".0%"),
    }
    return {
        **base(words, height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rule", "color": TREATED, "strokeWidth": 6, "opacity": 0.25},
                "encoding": {"x": MONTHS, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "color": TREATED, "strokeWidth": 1.5},
                "encoding": {"x": MONTHS, "y": {**y, "field": "value"}},
            },
            {
                "mark": {"type": "point", "filled": True, "color": TREATED, "size": 40, "opacity": 1},
                "encoding": {"x": MONTHS, "y": {**y, "field": "value"}},
            },
        ],
    }


def tenures(
    found: list[Tenure], controls: Collection[tuple[str | None, str | None]], confidence: float
) -> dict[str, Any]:
    """Shares still subscribed: observed solid with bands, then modelled and dashed; at most six groups."""
    shown = [tenure for tenure in found if tenure.months][: len(SERIES)]
    if not shown:
        return {}
    rows: list[dict[str, Any]] = []
    for tenure in shown:
        name, seen = numbers.capital(group_name(tenure.group)), len(tenure.observed)
        rows += [
            {"m": m, "share": _short(s), "low": _short(low), "high": _short(high), "group": name, "part": "observed"}
            for m, s, low, high in zip(tenure.months, tenure.observed, tenure.low, tenure.high, strict=False)
        ]
        ahead = [*zip(tenure.months[seen:], tenure.extrapolated, strict=True)]
        joint = [(tenure.months[seen - 1], tenure.observed[-1])] if seen and ahead else []
        rows += [{"m": m, "share": _short(s), "group": name, "part": "modelled"} for m, s in (*joint, *ahead)]
    names = [numbers.capital(group_name(tenure.group)) for tenure in shown]
    colour = {
        "field": "group",
        "type": "nominal",
        "scale": {"domain": names, "range": _colours(shown, controls)},
        "legend": _legend(symbolType="stroke", symbolStrokeWidth=2) if len(names) > 1 else None,
    }
    dash = {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": ["observed", "modelled"], "range": [[1, 0], [5, 4]]},
        "legend": None,
    }
    x = {
        "field": "m",
        "type": "quantitative",
        "scale": {"nice": False},
        "axis": {"grid": False, "title": "Months since the start", "tickCount": {"expr": "max(3, floor(width / 90))"}},
    }
    y = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis("Still subscribed", ".0%")}
    return {
        **base(_tenure_words(shown, confidence), height=HEIGHT + 60),
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "datum.part === 'observed'"}],
                "mark": {"type": "area", "opacity": 0.15},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "share"}, "color": colour, "strokeDash": dash},
            },
            *(_ahead(shown, halo) for halo in (True, False)),
        ],
    }


def lorenz(found: Concentration, top: Answer | None) -> dict[str, Any]:
    """Share of revenue by share of customers, the highest first; on the dashed line all would bring the same."""
    rows = [{"share": _short(s), "held": _short(h)} for s, h in zip(found.share, found.held, strict=True)]
    if len(rows) < 2:
        return {}
    quantitative = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    x = {"field": "share", **quantitative,
         "axis": {"grid": False, "title": "Share of customers, the highest first", "format": ".0%",
                  "tickCount": {"expr": "max(3, floor(width / 90))"}, "titleLimit": {"expr": "width"}}}  # fmt: skip
    y = {"field": "held", **quantitative, "axis": axis("Share of revenue", ".0%")}
    mark: list[dict[str, Any]] = []
    held = "Share of revenue held by the highest customers."
    if isinstance(top, Interval):
        said = stated(top, "share")
        held = f"The highest 20% of customers hold {said.number} of revenue ({said.range})."
        mark = [
            {
                "data": {"values": [{"share": 0.2, "held": top.value, "low": top.low, "high": top.high}]},
                "mark": {"type": "point", "fill": PAPER, "stroke": TREATED, "strokeWidth": 2, "size": 80, "opacity": 1},
                "encoding": {"x": x, "y": y},
            }
        ]
    return {
        **base(f"Concentration curve. {held}", height=HEIGHT + 40),
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": [{"share": 0, "held": 0}, {"share": 1, "held": 1}]},
                "mark": {"type": "line", "color": MUTED, "strokeWidth": 1.5, "strokeDash": [5, 4]},
                "encoding": {"x": x, "y": y},
            },
            {"mark": {"type": "line", "color": TREATED, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
            *mark,
        ],
    }


def track(found: Forecast) -> dict[str, Any]:
    """Repeat purchases so far: what came and what was expected; the upright line ends the fitting."""
    if len(found.track.days) < 2:
        return {}
    told = [*zip(found.track.days, found.track.observed, found.track.expected, strict=True)]
    rows = [
        {"day": day, "n": _short(n), "what": what}
        for day, came, hoped in told
        for what, n in (("came", float(came)), ("expected", hoped))
    ]
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc", "nice": False},
        "axis": {
            "grid": False,
            "title": None,
            "format": "%Y-%m",
            "labelOverlap": "greedy",
            "labelSeparation": 8,
            "tickCount": {"expr": "max(4, floor(width / 110))"},
        },
    }
    y = {"field": "n", "type": "quantitative", "axis": axis("Repeat purchases so far", "~s")}
    day, came, hoped = told[-1]
    words = (
        f"{found.model}: repeat purchases so far, fitted until {found.until}. By {day} {numbers.count(came)} came, "
        f"{numbers.fixed(hoped, 0)} were expected."
    )
    return {
        **base(words, height=HEIGHT),
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": [{"day": found.until}]},
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
                "encoding": {"x": x},
            },
            _pair(x, y),
        ],
    }


def by_repeats(found: Forecast) -> dict[str, Any]:
    """Mean purchases afterwards by repeat purchases until then: what came and what was expected."""
    if not found.by_repeats:
        return {}
    rows = [
        {"repeats": f"{r.repeats}+" if r.more else str(r.repeats), "n": _short(n), "what": what}
        for r in found.by_repeats
        for what, n in (("came", r.observed), ("expected", r.expected))
    ]
    x = {
        "field": "repeats",
        "type": "ordinal",
        "sort": None,
        "axis": {"labelAngle": 0, "grid": False, "title": f"Repeat purchases until {found.until}",
                 "titleLimit": {"expr": "width"}, "labelOverlap": "greedy"},
        "scale": {"type": "point", "padding": 0.3},
    }  # fmt: skip
    y = {"field": "n", "type": "quantitative", "axis": axis("Purchases afterwards, mean", "~g")}
    told = "; ".join(
        f"{repeats(r.repeats, r.more)}: {numbers.fixed(r.observed, 2)} came, {numbers.fixed(r.expected, 2)} expected"
        for r in found.by_repeats
    )
    words = f"{found.model}: mean purchases after {found.until} by repeat purchases until then: {told}."
    points = {"mark": {"type": "point", "size": 50, "opacity": 1, "strokeWidth": 2}}
    return {
        **base(words, height=HEIGHT),
        "data": {"values": rows},
        "layer": [_pair(x, y), _pair(x, y) | points],
    }


def movements(of: CustomerValue, currency: str) -> dict[str, Any]:
    """What came to monthly recurring revenue above the line, and what went beneath it."""
    rows = [
        {"month": found.month, "value": sign * getattr(found, field), "move": name}
        for found in of.movements
        for name, (field, sign, _) in MOVES.items()
        if getattr(found, field)
    ]
    if not rows:
        return {}
    colour = {
        "field": "move",
        "type": "nominal",
        "scale": {"domain": [*MOVES], "range": [colour for _, _, colour in MOVES.values()]},
        "legend": _legend(),
    }
    y = {"field": "value", "type": "quantitative", "axis": axis(f"{currency} a month", "~s")}
    return {
        **base(_movement_words(of, currency), height=HEIGHT + 40),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar"},
                "encoding": {"x": {**MONTHS, "scale": {"padding": 0.2}}, "y": y, "color": colour},
            },
            zero_line("y"),
        ],
    }


def recurring(of: CustomerValue, currency: str) -> dict[str, Any]:
    """Monthly recurring revenue at each month's end."""
    if len(of.movements) < 2:
        return {}
    rows = [{"month": found.month, "value": found.closing} for found in of.movements]
    first, last = of.movements[0], of.movements[-1]
    words = (
        f"Monthly recurring revenue at each month's end: {numbers.fixed(first.closing, 0)} {currency} in "
        f"{first.month}, {numbers.fixed(last.closing, 0)} {currency} in {last.month}."
    )
    y = {"field": "value", "type": "quantitative", "axis": axis(f"{currency} a month", "~s")}
    return {
        **base(words, height=HEIGHT + 40),
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "color": TREATED, "strokeWidth": 2}, "encoding": {"x": MONTHS, "y": y}},
            {
                "mark": {"type": "point", "filled": True, "color": TREATED, "size": 40, "opacity": 1},
                "encoding": {"x": MONTHS, "y": y},
            },
        ],
    }


MONTHS: dict[str, Any] = {
    "field": "month",
    "type": "ordinal",
    "axis": {
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelSeparation": 8,
        "grid": False,
        "title": None,
        "labelPadding": 8,
    },
    "scale": {"type": "point", "padding": 0.3},
}


def axis(title: str, numbers_as: str) -> dict[str, Any]:
    """An upright axis of such numbers."""
    return upright(title) | {"format": numbers_as, "labelExpr": PLAIN_ZERO}


def _legend(**more: Any) -> dict[str, Any]:
    return {
        "orient": "bottom",
        "title": None,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelLimit": {"expr": f"width / (width < {NARROW} ? 2 : 3) - 30"},
        "symbolOpacity": 1,
        "columns": {"expr": f"width < {NARROW} ? 2 : 3"},
        "aria": False,
        **more,
    }


def _pair(x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """What came, solid, and what was expected, dashed."""
    named = {"field": "what", "type": "nominal", "legend": _legend(symbolType="stroke", symbolStrokeWidth=2)}
    domain = ["came", "expected"]
    return {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": x,
            "y": y,
            "color": {**named, "scale": {"domain": domain, "range": [TREATED, MUTED]}},
            "strokeDash": {**named, "scale": {"domain": domain, "range": [[1, 0], [5, 4]]}},
        },
    }


def _ahead(shown: list[Tenure], halo: bool) -> dict[str, Any]:
    """The word for what is dashed, above the highest line's end."""
    ends = [(found.months[-1], found.extrapolated[-1]) for found in shown if found.extrapolated]
    highest = [max(ends, key=lambda end: end[1])] if ends else []
    around = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"} if halo else {}
    return {
        "data": {"values": [{"m": month, "share": _short(held), "text": "modelled"} for month, held in highest]},
        "mark": {"type": "text", "align": "right", "baseline": "bottom", "yOffset": -8, "fontSize": 12,
                 "color": PAPER if halo else MUTED, **around},
        "encoding": {"x": {"field": "m", "type": "quantitative"}, "y": {"field": "share", "type": "quantitative"},
                     "text": {"field": "text", "type": "nominal"}},
    }  # fmt: skip


def _colours(shown: list[Tenure], controls: Collection[tuple[str | None, str | None]]) -> list[str]:
    """Control is muted, as everywhere."""
    left = iter(SERIES)
    return [MUTED if (found.group.study, found.group.arm) in controls else next(left) for found in shown]


def _tenure_words(shown: list[Tenure], confidence: float) -> str:
    parts = []
    for found in shown:
        seen, last = len(found.observed), len(found.observed) - 1
        said = numbers.capital(group_name(found.group))
        if found.observed:
            ends = f"{_percent(found.low[last])} to {_percent(found.high[last])}"
            said += f" {_percent(found.observed[last])} ({ends}) observed at month {found.months[last]}"
        if found.extrapolated:
            said += f", {_percent(found.extrapolated[-1])} modelled at month {found.months[seen:][-1]}"
        parts.append(said)
    return f"Share still subscribed, {numbers.confidence(confidence)} bands: {'; '.join(parts)}."


def _movement_words(of: CustomerValue, currency: str) -> str:
    last = of.movements[-1]
    told = ", ".join(
        f"{name.lower()} {numbers.fixed(getattr(last, field), 0)}" for name, (field, _, _) in MOVES.items()
    )
    return f"What came to and went from monthly recurring revenue, month by month; in {last.month}, {currency}: {told}."


def _percent(part: Any) -> str:
    return numbers.percent(float(part), 1)


def _short(value: float) -> float:
    return float(f"{value:.5g}")
