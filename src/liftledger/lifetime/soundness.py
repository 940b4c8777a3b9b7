"""What keeps a model from being fitted, all of it at once, in words."""

import numpy as np
from numpy.typing import NDArray

from liftledger.domain.grouping import grouped
from liftledger.lifetime.histories import Histories, Numbers, Spending

REPEAT_BUYERS = 100  # fewer say too little of how customers differ
ROUNDING = 1e-12  # of a mean

Rows = NDArray[np.bool_]


def unsound(histories: Histories) -> tuple[str, ...]:
    """Reasons why no model of purchases can be fitted; none: it can be tried."""
    x, last, observed, customers = histories.repeats, histories.last, histories.observed, histories.customers
    columns = {"number of repeat purchases": x, "time of the last purchase": last, "time observed": observed}
    if found := _no_numbers(columns, customers):
        return found
    impossible = {
        "bought after the end of observation": last > observed,
        "bought once, and yet again later": (x == 0) & (last > 0),
        "bought again at the time of the first purchase (purchases at one time are one)": (x > 0) & (last <= 0),
        "bought a part of a time": x % 1 > 0,
    }
    same = ("every customer has the same history",) if _alike(customers, x, last, observed) else ()
    return _counted(customers, impossible) + _few(x, customers) + same


def unsound_amounts(spending: Spending) -> tuple[str, ...]:
    """Reasons why no model of spending can be fitted."""
    x, total, customers = spending.repeats, spending.total, spending.customers
    if found := _no_numbers({"number of repeat purchases": x, "total": total}, customers):
        return found
    impossible = {"bought not once again": x <= 0, "spent nothing": total <= 0, "bought a part of a time": x % 1 > 0}
    if found := _counted(customers, impossible) + _few(x, customers):
        return found
    return ("every customer spends the same on a purchase",) if _alike(customers, total / x) else ()


def _no_numbers(columns: dict[str, Numbers], customers: Numbers) -> tuple[str, ...]:
    """Where numbers are missing or below 0, nothing else can be said."""
    if not np.all(np.isfinite(customers) & (customers >= 0)):
        return ("how many customers there are is missing or below 0",)
    wrong: dict[str, Rows] = {}
    for name, column in columns.items():
        wrong[f"without a {name}"] = ~np.isfinite(column)
        wrong[f"with a {name} below 0"] = column < 0
    return _counted(customers, wrong)


def _counted(customers: Numbers, wrong: dict[str, Rows]) -> tuple[str, ...]:
    found = {what: float(np.sum(customers[rows])) for what, rows in wrong.items()}
    return tuple(f"{_customers(number)} {what}" for what, number in found.items() if number > 0)


def _few(x: Numbers, customers: Numbers) -> tuple[str, ...]:
    again = float(np.sum(customers[x > 0]))
    return (f"{_customers(again)} bought again, and {REPEAT_BUYERS} are needed",) if again < REPEAT_BUYERS else ()


def _alike(customers: Numbers, *columns: Numbers) -> bool:
    held = customers > 0
    return bool(held.any()) and all(np.ptp(column[held]) <= ROUNDING * np.max(column[held]) for column in columns)


def _customers(number: float) -> str:
    return "1 customer" if number == 1 else f"{grouped(number, 0)} customers"
