"""What personalization costs the company, by month: the lines that finance books."""

import numpy as np

from liftledger.simulate.company.model import DAY, MONTH
from liftledger.simulate.company.parquet import Column, decimal, label, time

BUILD_CENTS = 2_500_000  # engineering, in each month before the start
CATEGORIES = ("engineering", "infrastructure", "licences")
RUNNING_CENTS = (600_000, 150_000, 80_000)  # a month from the start on
PER_USER_CENTS = (0, 4, 1)  # a user and month


def book(users: int, *, begin: int, start: int, until: int) -> dict[str, Column]:
    """One row a category and 30 days; building begins three months before the start. Times in seconds."""
    rows = []
    for at in range(begin, until, MONTH):
        for place in range(len(CATEGORIES)):
            if at >= start:
                rows.append((place, at, RUNNING_CENTS[place] + PER_USER_CENTS[place] * users))
            elif place == 0 and at >= start - 90 * DAY:
                rows.append((place, at, BUILD_CENTS))
    category, month, cents = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return {"category": label(category, CATEGORIES), "month": time(month), "amount": decimal(cents)}
