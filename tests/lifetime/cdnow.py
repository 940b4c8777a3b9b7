"""The CDNOW sample, from its raw transactions: customers who came in early 1997, in weeks up to 30 September 1997."""

from collections import defaultdict
from datetime import date

import numpy as np

from liftledger.lifetime.histories import Histories, Spending
from tests.data import data

END = date(1997, 9, 30)


def purchases():
    """Customer -> day -> dollars: transactions of one day are one purchase."""
    found = defaultdict(lambda: defaultdict(float))
    for line in data("cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        found[customer][date.fromisoformat(day)] += float(dollars)
    return found


def histories():
    """Distinct ones, with counts."""
    rows = []
    for days in purchases().values():
        first, *again = sorted(day for day in days if day <= END)
        last = again[-1] if again else first
        rows.append((len(again), (last - first).days / 7, (END - first).days / 7))
    values, counts = np.unique(rows, axis=0, return_counts=True)
    return Histories(*values.T, counts.astype(float))


def spending():
    rows = []
    for days in purchases().values():
        _, *again = sorted(day for day in days if day <= END)
        if again:
            rows.append((len(again), sum(days[day] for day in again)))
    repeats, total = np.array(rows, dtype=float).T
    return Spending(repeats, total, np.ones(len(repeats)))
