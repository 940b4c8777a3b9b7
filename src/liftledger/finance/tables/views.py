"""Views of the case that are kept apart from its cash: profit and loss, assets, build against buy, the timeline."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

from liftledger.domain.cash import Extra
from liftledger.domain.value import Cost, Timeline, Value
from liftledger.domain.workings import Workings
from liftledger.finance.figure import figure
from liftledger.finance.formulas.npv import discount_factors
from liftledger.finance.formulas.options import YEARS_3, owned
from liftledger.finance.formulas.recognition import earned, month_end
from liftledger.finance.formulas.timeline import Quarter, quarters

YEAR = 12  # months
Cell = str | float | None


def views(value: Value, found: Workings, as_of: str = "") -> Iterator[Extra]:
    """Those of which the project declares enough; `as_of` is the report's day, where it is known."""
    yield _profit_and_loss(value, found)
    if any(cost.capitalise for cost in value.costs):
        yield _assets(value, found)
    if value.options:
        yield _options(value, found)
    if value.timeline is not None:
        yield _timeline(value.timeline, found, as_of)


def _profit_and_loss(value: Value, found: Workings) -> Extra:
    """Cash beside what is earned and used up, by year."""
    benefits, costs = found.row("cash_flow.benefits").values, found.row("cash_flow.costs").values
    on_revenue = [line.name for line in value.lines if line.basis == "revenue"]
    signed = _total(found, [f"lines.{name}.benefit" for name in on_revenue])
    rest = [_number(whole) - part for whole, part in zip(benefits, signed, strict=True)]
    term = value.timeline.contract_months if value.timeline else 1
    recognised = signed if term == 1 else list(earned(signed, term))
    profit = [a + b - _number(c) for a, b, c in zip(recognised, rest, costs, strict=True)]
    words = [
        "Kept apart from the cash-flow, which alone is discounted. Year 1 holds what is spent at the beginning.",
        "Savings are taken when they are made, and costs when they are paid.",
    ]
    words.append(
        f"Gross profit on revenue is earned evenly over contracts of {term} months, from the middle of the month of "
        f"signing on; what is earned after month {found.months} is in no year."
        if term > 1
        else "Gross profit on revenue is earned in its month: no term of contracts is declared (`timeline`)."
    )
    return Extra(
        "pnl",
        "Profit and loss",
        tuple(words),
        (),
        ("", *(f"Year {year}" for year in range(1, _years(found) + 1))),
        (
            _row("Gross profit on revenue, as cash", signed, found),
            _row("Gross profit on revenue, earned", recognised, found),
            _row("Savings and margin", rest, found),
            _row("Costs", costs, found),
            _row("Profit", profit, found),
        ),
    )


def _assets(value: Value, found: Workings) -> Extra:
    """What may be an asset instead of an expense."""
    chosen = [cost for cost in value.costs if cost.capitalise]
    rows = [_asset(cost, found) for cost in chosen]
    return Extra(
        "assets",
        "What may be capitalised",
        (
            "For your controller to decide: internal-use software may be an asset once management has authorised and "
            "committed the funds and it is probable that the project will be completed (ASC 350-40 as amended by ASU "
            "2025-06, for fiscal years that begin after 15 December 2027, earlier where adopted; before, from the "
            "application development stage on). Training and data conversion are expenses.",
            "What is paid once is written off evenly over the months that follow, to the last of the case. Neither "
            "cash nor the net present value changes.",
        ),
        (),
        ("", "Once", *(f"Year {year}" for year in range(1, _years(found) + 1))),
        tuple(rows),
    )


def _asset(cost: Cost, found: Workings) -> tuple[Cell, ...]:
    """Of what is paid once: what runs in the same month is an expense of it."""
    spent = float(cost.once)
    life = max(found.months - cost.start, 1)
    used = [spent / life if month > cost.start else 0.0 for month in range(found.months + 1)]
    return (cost.name, spent, *_by_year(used, found))


def _options(value: Value, found: Workings) -> Extra:
    benefits = [_number(one) for one in found.row("cash_flow.benefits").values]
    factors = discount_factors(float(value.discount), YEARS_3)
    made = [owned(option, benefits, factors) for option in value.options]
    figures = [
        figure(f"money.extras.options.{one.name}.{field}", getattr(one, field), found.currency, formula)
        for one in made
        for field, formula in {
            "present": "present value over 36 months of once + monthly + staff x cost of one a month + exit at the end",
            "forgone": "present value of the benefits that come later, or not at all, as it does not serve yet; later "
            "still with the probability of delay",
            "net": "present value of the benefits of 36 months - forgone - present value of its costs",
        }.items()
    ]
    return Extra(
        "options",
        "Build against buy",
        (
            "Over three years, at the same discount rate, beside the same benefits; each option's costs stand for all "
            "costs of the case.",
            "Every number of an option is declared; those of staff most of all are yours.",
            *_shorter(found),
        ),
        tuple(figures),
        ("", "Costs", "Present value of costs", "Benefits forgone by waiting", "Net present value"),
        tuple((one.name, one.spent, one.present, one.forgone, one.net) for one in made),
    )


def _lag(months: int) -> str:
    """From going live to bookings."""
    if not months:
        return "Bookings come in the month of going live."
    return f"From going live to bookings {months} {'month passes' if months == 1 else 'months pass'}."


def _shorter(found: Workings) -> Iterator[str]:
    """Where the case ends before the three years do."""
    if found.months < YEARS_3:
        yield (
            f"Benefits are those of the case's {found.months} months and costs those of {YEARS_3}: lengthen `months` "
            "to compare like with like."
        )


def _timeline(declared: Timeline, found: Workings, as_of: str) -> Extra:
    start = date.fromisoformat(declared.start)
    now = max(start, date.fromisoformat(as_of)) if as_of else start
    made = quarters(start, year_end=declared.year_end_month, term=declared.contract_months, sales=declared.sales_months)
    last = month_end(start, found.months)
    return Extra(
        "timeline",
        "What must be live by when",
        (
            f"{_lag(declared.sales_months)} What is signed evenly "
            f"through a quarter, in contracts of {declared.contract_months} months, is earned from the middle of each "
            "month of signing.",
            *(
                [
                    f"(past): that day is before {'the case begins' if now == start else 'the report'}; what goes live "
                    "later does not count in that quarter."
                ]
                if any(one.live_by < now for one in made)
                else []
            ),
        ),
        (),
        ("Quarter", "Ends", "Live by", "Earned in its fiscal year, share"),
        tuple((one.name, one.end.isoformat(), _live_by(one, now), one.earned) for one in made if one.end <= last),
    )


def _live_by(quarter: Quarter, now: date) -> str:
    """Its day, marked where it is over."""
    day = quarter.live_by.isoformat()
    return f"{day} (past)" if quarter.live_by < now else day


def _row(name: str, monthly: Sequence[float | None], found: Workings) -> tuple[Cell, ...]:
    return (name, *_by_year(monthly, found))


def _by_year(monthly: Sequence[float | None], found: Workings) -> tuple[float, ...]:
    """Month 0 belongs to the first year."""
    numbers = list(map(_number, monthly))
    return tuple(math.fsum(numbers[YEAR * year + (year > 0) : YEAR * (year + 1) + 1]) for year in range(_years(found)))


def _years(found: Workings) -> int:
    return -(-found.months // YEAR)


def _total(found: Workings, names: Sequence[str]) -> list[float]:
    """Monthly sums of rows; those of lines that are not priced are not there."""
    there = {row.name: row.values for row in found.rows}
    rows = [there[name] for name in names if name in there]
    return [math.fsum(_number(row[month]) for row in rows) for month in range(found.months + 1)]


def _number(value: float | None) -> float:
    return 0.0 if value is None else value
