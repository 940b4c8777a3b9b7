"""Ends: where in its range a scenario has an input, as a formula of the input's own value, low, high and sd."""

import math
from collections.abc import Iterator, Sequence

from liftledger.domain.workings import End, Input, Scenario, Workings
from liftledger.report.workbook.block import Block, used
from liftledger.report.workbook.names import defined_names
from liftledger.report.workbook.places import MONTH_0, letters

LESS_IS_BETTER = ("holdout", "ramp", "decay")  # of a line that is worth something


def tails(scenarios: Sequence[Scenario]) -> tuple[Input, ...]:
    """Inputs of the workbook alone: the probability beyond the points at which scenarios have what is drawn."""
    found = _away(scenarios)
    return tuple(
        Input(
            f"scenarios.tail{'' if place == 1 else f'_{place}'}", f"Chance beyond the ends of {', '.join(whose)}",
            "share", _beyond(away), "assumption",
            note="0.1: what is drawn stands at its 10% or its 90% point",
        )
        for place, (away, whose) in enumerate(found.items(), start=1)
    )  # fmt: skip


def _away(scenarios: Sequence[Scenario]) -> dict[float, list[str]]:
    """Standard errors that something is away from its value -> in which scenarios."""
    found: dict[float, list[str]] = {}
    for one in scenarios:
        for away in dict.fromkeys(abs(end) for end in one.ends.values() if not isinstance(end, str)):
            found.setdefault(away, []).append(one.label or one.name)
    return found


def _beyond(away: float) -> float:
    """Of the normal distribution, beyond so many standard errors; 0.1 and not 0.09999999999999996."""
    return float(f"{math.erfc(away / math.sqrt(2)) / 2:.12g}")


class Ends:
    """Writes these formulas."""

    def __init__(self, workings: Workings, tails: Sequence[Input]) -> None:
        self._workings = workings
        names = defined_names([one.name for one in workings.inputs if not one.series] + [one.name for one in tails])
        self._tails = dict(zip(_away(workings.scenarios), (names[one.name] for one in tails), strict=True))

    def formula(self, given: Input, end: End, cells: Sequence[str], calc: Block) -> str:
        """`cells`: those of its value, low, high and sd. Ends change places where more of it begins to do harm."""
        value, low, high, sd = cells
        low, high = (low if given.low is not None else value), (high if given.high is not None else value)
        harm = self._of_discount(low, high, calc) if given.name == "discount" else self._harm(given, calc)
        if isinstance(end, str):
            own, other = (low, high) if end == "low" else (high, low)
            return f"={_turning(harm, own, other)}"
        tail = self._tails[abs(end)]
        if given.sd:
            own, other = f"NORMSINV({tail})", f"-NORMSINV({tail})"
            return f"={value}+{_turning(harm, *((own, other) if end < 0 else (other, own)), grouped=True)}*{sd}"
        below, above = (tail, f"(1-{tail})") if end < 0 else (f"(1-{tail})", tail)
        if given.low is None:
            return f"={high}-({high}-{value})*SQRT({_turning(harm, above, below)})"
        if given.high is None:
            return f"={low}+({value}-{low})*SQRT({_turning(harm, below, above)})"
        rising = f"{low}+SQRT({below}*({high}-{low})*({value}-{low}))"
        falling = f"{high}-SQRT({above}*({high}-{low})*({high}-{value}))"
        return f"=IF({below}*({high}-{low})<{value}-{low},{rising},{falling})"

    def _of_discount(self, low: str, high: str, calc: Block) -> tuple[str, bool]:
        """Of the discount rate: what the money after month 0 is worth at one end of its range and at the other."""
        months = _after_0(calc.over("cash_flow.net"))
        at_low, at_high = (f"NPV((1+{end})^(1/12)-1,{months})" for end in (low, high))
        given, flows = self._workings.input("discount"), calc.values("cash_flow.net")
        found = [
            math.fsum(
                (flow or 0.0) / (1 + (given.value if end is None else end)) ** (month / 12)
                for month, flow in enumerate(flows)
            )
            for end in (given.low, given.high)
        ]
        return f"{at_low}>{at_high}", found[0] > found[1]

    def _harm(self, given: Input, calc: Block) -> tuple[str, bool] | None:
        """Where more of the input is worse, and whether it is now; None where that never changes.

        Which end is worse is what it does to the NPV. Of what a line's effect is multiplied with it is the other one
        where the effect changes its sign.
        """
        kind, _, rest = given.name.partition(".")
        own, _, what = rest.rpartition(".")
        if given.name == "margin":
            worth = [f"lines.{name}.present" for name in self._of_margin()]
        elif kind == "lines" and what not in ("effect", "effect_low", "effect_high"):
            worth = [f"lines.{own}.expected"]
        else:
            return None
        sign = -1 if what in LESS_IS_BETTER else 1
        if own and (calc.number(f"lines.{own}.each") or 0.0) < 0:  # fewer of the metric is better
            sign = -sign
        cells = "+".join(map(calc.cell, worth))
        number = sign * math.fsum(calc.number(name) or 0.0 for name in worth)
        return (f"{cells}<0" if sign > 0 else f"0<{cells}", number < 0) if worth else None

    def _of_margin(self) -> Iterator[str]:
        """Lines of whose revenue the margin is taken."""
        for row in self._workings.rows:
            if row.name.startswith("lines.") and row.name.endswith(".each") and "margin" in used(row.formula):
                yield row.name.removeprefix("lines.").removesuffix(".each")


def _after_0(cells: str) -> str:
    """All months but the first: 'Calc!$G30:$AP30' of 'Calc!$F30:$AP30'."""
    return cells.replace(f"${letters(MONTH_0)}", f"${letters(MONTH_0 + 1)}", 1)


def _turning(harm: tuple[str, bool] | None, own: str, other: str, *, grouped: bool = False) -> str:
    """`own` as long as it is as reported, else the other."""
    if harm is None:
        return f"({own})" if grouped and own.startswith("-") else own
    condition, now = harm
    return f"IF({condition},{own},{other})" if now else f"IF({condition},{other},{own})"
