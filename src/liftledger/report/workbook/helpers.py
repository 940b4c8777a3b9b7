"""Rows that only a spreadsheet needs: changes of sign step by step, and where the search for a rate begins."""

from collections.abc import Callable, Sequence

import msgspec

from liftledger.report.workbook.places import BEFORE, HERE, Place

Values = Sequence[float | None]


class Helper(msgspec.Struct, frozen=True):
    """A row between the others. `values` of a monthly one are by month, else there is one."""

    label: str
    unit: str
    formula: str
    monthly: bool
    values: Callable[[], Values]


def sign_changes(of: Place, label: str, first: int, values: Callable[[], Values]) -> list[Helper]:
    """The sign, kept over months of 0, and 1 where it changes: rows `first` and the next. The total of the second."""
    kept = f"=IF({of.text}=0,{BEFORE}{first + 1},SIGN({of.text}))"
    turns = f"=N({HERE}{first + 1}*{BEFORE}{first + 1}<0)"
    return [
        Helper(f"{label}: sign, kept over months of 0", "-1, 0 or 1", kept, True, lambda: signs(values())),
        Helper(f"{label}: 1 where the sign changes", "0 or 1", turns, True, lambda: turning(signs(values()))),
    ]


def first_rate(
    of: Place, label: str, first: int, values: Callable[[], Values], month: Place, months: int
) -> list[Helper]:
    """A rate near the rate of return, from which the search cannot run away; the last of the rows from `first` on.

    The larger of two: all that goes out as if at its mean time, and all that comes in at its own; and each month's
    money as if it alone came back. Where all goes out at the beginning, neither is above the rate of return (the first
    by Jensen's inequality), and Newton's steps rise to it without passing it.
    """
    coming, going, alone, in_total, out_total, in_time, out_time = (
        Place(first + step, monthly=step < 3) for step in range(7)
    )

    def half(sign: int) -> list[float]:
        return [max(sign * (value or 0.0), 0.0) for value in values()]

    def time(sign: int) -> float:
        flows = half(sign)
        return sum(place * flow for place, flow in enumerate(flows)) / sum(flows) if sum(flows) > 0 else 0.0

    def single() -> list[float]:
        spent = sum(half(-1))
        return [
            (flow / spent) ** (1 / max(place, 1)) - 1 if min(flow, spent) > 0 else -1.0
            for place, flow in enumerate(half(1))
        ]

    def rate() -> float:
        total = [sum(half(sign)) for sign in (1, -1)]
        if min(total) <= 0:
            return 0.0
        whole: float = (total[0] / total[1]) ** (1 / max(time(1) - time(-1), 1.0)) - 1
        return max(whole, *single())

    def mean(total: Place, flow: Place) -> str:
        return f"=IF({total.text}>0,SUMPRODUCT({month.over(months)},{flow.over(months)})/{total.text},0)"

    each = f"({coming.text}/{out_total.text})^(1/MAX({HERE}${month.row + 1},1))-1"
    whole = f"({in_total.text}/{out_total.text})^(1/MAX({in_time.text}-{out_time.text},1))-1"
    both = f"MIN({in_total.text},{out_total.text})>0"
    return [
        Helper(f"{label}: what comes in", "", f"=MAX({of.text},0)", True, lambda: half(1)),
        Helper(f"{label}: what goes out", "", f"=MAX(-{of.text},0)", True, lambda: half(-1)),
        Helper(
            f"{label}: rate if this month alone came in", "share per month",
            f"=IF(MIN({coming.text},{out_total.text})>0,{each},-1)", True, single,
        ),
        Helper(f"{label}: all that comes in", "", f"=SUM({coming.over(months)})", False, lambda: [sum(half(1))]),
        Helper(f"{label}: all that goes out", "", f"=SUM({going.over(months)})", False, lambda: [sum(half(-1))]),
        Helper(f"{label}: mean time of what comes in", "months", mean(in_total, coming), False, lambda: [time(1)]),
        Helper(f"{label}: mean time of what goes out", "months", mean(out_total, going), False, lambda: [time(-1)]),
        Helper(
            f"{label}: rate from which the rate of return is searched", "share per month",
            f"=IF({both},MAX({whole},{alone.over(months)}),0)", False, lambda: [rate()],
        ),
    ]  # fmt: skip


def signs(values: Values) -> list[float]:
    """The last sign of each, as a value of 0 has none; 0 before the first."""
    found, last = [], 0.0
    for value in values:
        last = last if not value else 1.0 if value > 0 else -1.0
        found.append(last)
    return found


def turning(kept: Sequence[float]) -> list[float]:
    """1 where a sign differs from the one before."""
    return [float(one * other < 0) for one, other in zip([0.0, *kept], kept, strict=False)]
