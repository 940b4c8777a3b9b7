"""Durations for the tests of time to value, made from one time or censoring per unit."""

import csv

import numpy as np

from liftledger.domain.durations import Durations
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Metric, Term
from tests.data import data


def durations(events=(), censored=()):
    """Counts of units by the step of their event and of their censoring."""
    return Durations(counted(events), counted(censored))


def counted(steps):
    values, counts = np.unique(np.asarray(steps, dtype=int), return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def time_to(days=30, *, grid=DAY, **changes):
    return Metric("ttv", "time_to", "events", Term(), horizon=days * DAY, grid=grid, **{"better": "lower"} | changes)


def units(found):
    """Each unit's step, and whether it is that of its event."""
    rows = [(step, True) for step, n in found.events.items() for _ in range(n)]
    rows += [(step, False) for step, n in found.censored.items() for _ in range(n)]
    return np.array([step for step, _ in rows]), np.array([had for _, had in rows], dtype=bool)


# R's survival::aml, acute myelogenous leukemia, weeks (Miller 1997, Survival Analysis).
MAINTAINED = durations((9, 13, 18, 23, 31, 34, 48), (13, 28, 45, 161))
NOT_MAINTAINED = durations((5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45), (16,))


def read(name, time, event, **only):
    """A file of survival times in whole days; `only` selects rows by a column's value."""
    with data(name).open() as file:
        rows = [row for row in csv.DictReader(file) if all(row[key] == value for key, value in only.items())]
    had = [int(row[event]) == 1 for row in rows]
    steps = [int(float(row[time])) for row in rows]
    return durations(
        [step for step, yes in zip(steps, had, strict=True) if yes],
        [step for step, yes in zip(steps, had, strict=True) if not yes],
    )


def breast_cancer(**only):
    """German Breast Cancer Study Group 2: days to recurrence."""
    return read("gbsg2.csv", "time", "cens", **only)


def fruit_flies(**only):
    """Walton's fruit flies: days to death."""
    return read("waltons_dataset.csv", "T", "E", **only)
