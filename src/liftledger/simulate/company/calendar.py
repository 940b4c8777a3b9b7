"""When accounts are founded, users sign up and accounts enter the offers study: shares by whole day.

The time of day is uniform over whole seconds and never midnight, so that a unit that started on a day is mature by
whole days, and all truths are exact sums over days.
"""

import numpy as np

from liftledger.simulate.company.model import BASELINE, BEGIN, DAY, Floats, Model, Whole
from liftledger.simulate.company.plans import PLANS

WEEKDAYS = (1.25, 1.3, 1.25, 1.15, 1.0, 0.5, 0.55)  # Monday first
SEASON = 0.2  # of the year, highest in October
JOINS_AT_ONCE = 0.4  # users join their account at its founding or k weeks later: Geometric(p)
SETTLED = 14  # days after its founding, a new account enters the offers study
ROLLED_OUT = 60  # days over which accounts founded before the studies enter it


def founded(model: Model) -> Floats:
    """Share of accounts founded on each day of the records."""
    days = np.arange(BASELINE + model.days)
    weekday = np.array(WEEKDAYS)[(BEGIN.weekday() + days) % 7]
    since_october = days - 106
    weight = weekday * (1 + SEASON * np.cos(2 * np.pi * since_october / 365.25))
    return np.asarray(weight / weight.sum())


def signed_up(model: Model) -> Floats:
    """Share of all users who sign up on each day of the records; the rest would after their end."""
    accounts = founded(model)
    users = np.zeros_like(accounts)
    for weeks in range(len(accounts) // 7 + 1):
        later = accounts[: len(accounts) - 7 * weeks]
        users[7 * weeks :] += JOINS_AT_ONCE * (1 - JOINS_AT_ONCE) ** weeks * later
    return users


def entered(model: Model) -> Floats:
    """Share of all accounts that enter the offers study on each of its days; the rest would after the records' end."""
    accounts = founded(model)
    days = np.zeros(model.days)
    days[:ROLLED_OUT] += accounts[:BASELINE].sum() / ROLLED_OUT
    days[SETTLED:] += accounts[BASELINE : BASELINE + max(0, model.days - SETTLED)]
    return days


def accounts(model: Model) -> int:
    """Accounts founded by the end of the records, so that the expected number of users is the model's."""
    per_account = sum(plan.share * plan.users for plan in PLANS) * float(signed_up(model).sum())
    return max(1, round(model.users / per_account))


def time_of_day(rng: np.random.Generator, n: int) -> Whole:
    """Seconds after midnight, from 1 on."""
    return rng.integers(1, DAY, n)
