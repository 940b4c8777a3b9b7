"""Bars and lines on paper: where they begin and end, as shares of the width that they stand in."""

from collections.abc import Sequence
from typing import Any

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.report.amounts import written
from liftledger.report.money_charts import Swing, cash_words, steps, swings
from liftledger.report.pdf.room import Size, cut, given


class Bar(msgspec.Struct, frozen=True):
    """A bar between two places, percent of the width; `sort` is its class."""

    left: float
    width: float
    sort: str


class Bridge(msgspec.Struct, frozen=True):
    """A row of the bridge: a benefit, a cost, or what is left."""

    name: str
    text: str
    bar: Bar
    whisker: Bar | None = None


class Ends(msgspec.Struct, frozen=True):
    """A row of the tornado: an input with the net present value at both of its ends."""

    swing: Swing
    low: Bar
    high: Bar


class Curve(msgspec.Struct, frozen=True):
    """Cash so far as paths in a box of 100 x 100; `words` tell it to those who cannot see it."""

    line: str
    area: str
    zero: float
    ticks: tuple[tuple[float, str], ...]  # months
    levels: tuple[tuple[float, str], ...]  # amounts: the lowest, 0, the highest
    paid: float | None
    words: str


class Scale:
    """From amounts to percent of a width that holds them all."""

    def __init__(self, ends: Sequence[float]) -> None:
        self.low = min(ends)
        self.span = (max(ends) - self.low) or 1.0

    def at(self, value: float) -> float:
        return round((value - self.low) / self.span * 100, 2)

    def mark(self, value: float) -> float | None:
        """Where a line stands; nowhere if it is beyond the width."""
        return self.at(value) if self.low <= value <= self.low + self.span else None

    def bar(self, one: float, other: float, sort: str) -> Bar:
        left, right = sorted((self.at(one), self.at(other)))
        return Bar(left, round(right - left, 2), sort)


class Drawn(msgspec.Struct, frozen=True):
    """Rows of bars over one scale; `marks` are where the lines at 0 and at the net present value stand."""

    rows: tuple[Bridge, ...] | tuple[Ends, ...]
    zero: float | None
    mark: float | None = None


def bridge(money: Money, size: Size) -> Drawn:
    """What adds up to the net present value; of too many rows, the last are put into one."""
    named = [row | {"name": given(row["name"], size)} for row in steps(money)]
    rows = _joined(named, size.rows, money.summary.npv.unit)
    answer = money.summary.npv.answer
    whisker = [answer.low, answer.high] if isinstance(answer, Interval) else []
    scale = Scale([0.0, *whisker, *(row[end] for row in rows for end in ("from", "to"))])
    found = [Bridge(row["name"], row["short"], scale.bar(row["from"], row["to"], row["sort"])) for row in rows]
    if whisker:
        found[-1] = msgspec.structs.replace(found[-1], whisker=scale.bar(whisker[0], whisker[1], "whisker"))
    return Drawn(tuple(found), scale.mark(0.0))


def _joined(rows: list[dict[str, Any]], most: int, unit: str) -> list[dict[str, Any]]:
    """Benefits and costs beyond `most`, each as one bar from where the first begins to where the last ends."""
    *parts, net = rows
    costs = [row for row in parts if row["sort"] == "cost"]
    benefits = [row for row in parts if row["sort"] != "cost"]
    if len(parts) <= most:
        return rows
    half = most // 2
    kept = max(half, most - len(costs)), max(half, most - len(benefits))
    return [*_some(benefits, kept[0], "benefits", unit), *_some(costs, kept[1], "costs", unit), net]


def _some(rows: list[dict[str, Any]], most: int, noun: str, unit: str) -> list[dict[str, Any]]:
    if len(rows) <= most:
        return rows
    shown, rest = rows[: most - 1], rows[most - 1 :]
    begin, end = rest[0]["from"], rest[-1]["to"]
    text = written(end - begin, unit)
    sort = "cost" if noun == "costs" else "several"
    sign = "+" if end > begin else ""
    joined = {"name": f"{len(rest)} more {noun}, in the workbook", "from": begin, "to": end, "sort": sort}
    return [*shown, joined | {"short": f"{sign}{text}"}]


def tornado(money: Money, most: int, size: Size) -> Drawn | None:
    """The widest bars; nothing where nothing was varied."""
    npv, found = money.summary.npv.answer, swings(money)[:most]
    if not found or isinstance(npv, NoEstimate):
        return None
    scale = Scale([npv.value, *(end for swing in found for end in (swing.low, swing.high))])
    rows = (
        Ends(_named(swing, size), scale.bar(npv.value, swing.low, "low"), scale.bar(npv.value, swing.high, "high"))
        for swing in found
    )
    return Drawn(tuple(rows), scale.mark(0.0), scale.mark(npv.value))


def _named(swing: Swing, size: Size) -> Swing:
    return msgspec.structs.replace(swing, name=given(swing.name, size), inputs=cut(swing.inputs, size.letters))


def curve(money: Money) -> Curve | None:
    """Cash so far at each month's end; nothing where there is no cash-flow."""
    cash = [month.cumulative for month in money.cash_flow]
    if len(cash) < 2:
        return None
    scale, last = Scale([0.0, *cash]), len(cash) - 1

    def x(month: float) -> float:
        return round(month / last * 100, 2)

    def y(value: float) -> float:
        return round(100 - scale.at(value), 2)

    points = [(x(month), y(value)) for month, value in enumerate(cash)]
    drawn = " L".join(f"{across} {down}" for across, down in points)
    step = next(step for step in (3, 6, 12, 24, 60, 120, 600) if last <= 12 * step)
    paid = money.summary.payback.answer
    return Curve(
        line=f"M{drawn}",
        area=f"M0 {y(0.0)} L{drawn} L100 {y(0.0)} Z",
        zero=y(0.0),
        ticks=tuple((x(month), str(month)) for month in range(0, last + 1, step)),
        levels=tuple(
            (y(value), written(value, money.summary.npv.unit))
            for value in sorted({min(0.0, *cash), 0.0, max(0.0, *cash)})
        ),
        paid=None if isinstance(paid, NoEstimate) else x(paid.value),
        words=cash_words(money),
    )
