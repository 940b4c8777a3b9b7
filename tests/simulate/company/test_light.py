"""The light form counts what the blocks hold: beside plain Python, one unit at a time."""

import math
from collections import Counter

import numpy as np
import pytest

from liftledger.simulate.company.block import block, count
from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.light import METRICS, PLAN, REVENUE, TICKETS, light
from liftledger.simulate.company.model import NEVER, Model

MODEL = Model(users=3_000, days=120, effects=Effects.parse(["ttv=-30%", "tickets=-15%", "expansion=+25%"]))
HOUR, DAY = 3_600, 86_400


@pytest.fixture(scope="module")
def drawn():
    return block(MODEL, 5, 0)


@pytest.fixture(scope="module")
def counted():
    return light(MODEL, 5)


def sums(rows, names):
    """n and every product to the third degree, of rows of integers."""
    totals = {}
    for degree in (1, 2, 3):
        for product in {tuple(sorted(p)) for p in np.ndindex(*[len(names)] * degree)}:
            totals[tuple(sorted(names[i] for i in product))] = sum(math.prod(row[i] for i in product) for row in rows)
    return len(rows), totals


def test_tickets(drawn, counted):
    contacts = Counter(drawn.tickets.user.tolist())
    needs = PLAN.needs[TICKETS.name]
    for index, arm in enumerate(("held_out", "personalized")):
        rows = [
            (contacts[user], MODEL.as_of - int(drawn.users.signed_up_at[user]))
            for user in range(len(drawn.users))
            if drawn.users.program[user] == index
        ]
        found = counted.tickets[arm]
        assert (found.n, found.totals) == sums(rows, [needs.outcome, needs.denominator])


def test_revenue(drawn, counted):
    made, accounts = drawn.expansions, drawn.accounts
    for index, arm in enumerate(("standard", "model")):
        rows = []
        for account in range(len(accounts)):
            end = int(accounts.entered_at[account]) + 90 * DAY
            if accounts.offers[account] == index and end <= MODEL.as_of:
                paid = int(made.cents[account]) if made.upgraded_at[account] < end else 0
                rows.append((paid - (int(made.cents[account]) if made.refunded_at[account] < end else 0),))
        found = counted.revenue[arm]
        assert (found.n, found.totals) == sums(rows, [PLAN.needs[REVENUE.name].outcome])


def test_time_to_value(drawn, counted):
    for index, arm in enumerate(("standard", "guided")):
        events, censored = Counter(), Counter()
        for user in np.flatnonzero(drawn.users.onboarding == index):
            start, at = int(drawn.users.signed_up_at[user]), int(drawn.activated_at[user])
            observed = min((MODEL.as_of - start) // HOUR, 720)
            step = -(-(at - start) // HOUR)
            if at != NEVER and step <= observed:
                events[step] += 1
            else:
                censored[observed] += 1
        found = counted.time_to_value[arm]
        assert (found.events, found.censored) == (dict(events), dict(censored))


def test_of_several_blocks_it_is_the_sum():
    model = Model(users=90_000)
    assert count(model) == 2
    whole = light(model, 1)
    assert sum(one.n for one in whole.tickets.values()) == sum(
        int((block(model, 1, number).users.program >= 0).sum()) for number in (0, 1)
    )


def test_the_names_of_measures_are_those_of_the_engine():
    assert {metric.name for metric in METRICS} == {"tickets_per_month", "expansion_revenue", "time_to_value"}
    assert PLAN.needs["tickets_per_month"].measures == ("tickets_per_month", "tickets_per_month_per")
    assert PLAN.needs["expansion_revenue"].measures == ("expansion_revenue",)
