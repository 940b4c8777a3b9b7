"""What a pilot has spent by a day, as its costs are declared: month by month, evenly over the days of each."""

import calendar
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from liftledger.domain.value import Cost


def spent(costs: Iterable[Cost], start: date, by: date) -> float:
    """On the days from `start` to the one before `by`.

    Month 1 begins with the start. What is paid once counts from the first day of its month, what runs monthly grows day
    by day.
    """
    return float(sum((_spent(cost, start, by) for cost in costs), Fraction(0)))


def _spent(cost: Cost, start: date, by: date) -> Fraction:
    if by <= start:
        return Fraction(0)
    total = Fraction(cost.once) if _later(start, max(cost.start - 1, 0)) < by else Fraction(0)
    monthly = Fraction(cost.monthly) + Fraction(cost.per_decision) * Fraction(cost.decisions)
    month = max(cost.start, 1)
    while (begin := _later(start, month - 1)) < by and (cost.end is None or month <= cost.end):
        end = _later(start, month)
        total += monthly * Fraction((min(by, end) - begin).days, (end - begin).days)
        month += 1
    return total


def _later(day: date, months: int) -> date:
    """So many months later, on the same day of the month or, where it has none, its last."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
