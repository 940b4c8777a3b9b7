"""The light form: without files, what the engine would count of the three answers. Made to be drawn by the thousand."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

import msgspec
import numpy as np

from liftledger.domain.durations import Durations
from liftledger.domain.expression import Column, Type
from liftledger.domain.fact import Fact, Field, Files
from liftledger.domain.instant import DAY as MICROSECONDS_A_DAY
from liftledger.domain.measure import Plan, plan
from liftledger.domain.metric import Metric, Term
from liftledger.domain.moments import Sums
from liftledger.simulate.company.block import Block, blocks
from liftledger.simulate.company.model import (
    DAY,
    HOUR,
    NEVER,
    OFFERS,
    ONBOARDING,
    PROGRAM,
    Model,
    Small,
    Whole,
)
from liftledger.simulate.company.truth import ACTIVATION, OFFER_WINDOW

DOLLARS = Type("money", 2, "USD")
TIME = Field("at", "at", Type("time"))


def _fact(name: str, unit: str, *columns: Field) -> Fact:
    return Fact(name, Files(f"{name}.parquet", "parquet"), unit, unit, TIME, columns=columns)


FACTS = (
    _fact("tickets", "user"),
    _fact("expansions", "account", Field("amount", "amount", DOLLARS)),
    _fact("events", "user"),
)
TICKETS = Metric("tickets_per_month", "rate", "tickets", Term(), per=30 * MICROSECONDS_A_DAY, better="lower")
REVENUE = Metric(
    "expansion_revenue",
    "sum",
    "expansions",
    Term(Column("amount", DOLLARS)),
    window=OFFER_WINDOW * MICROSECONDS_A_DAY,
)
TIME_TO_VALUE = Metric(
    "time_to_value",
    "time_to",
    "events",
    Term(),
    better="lower",
    horizon=ACTIVATION[0] * MICROSECONDS_A_DAY,
    marks=tuple(mark * MICROSECONDS_A_DAY for mark in ACTIVATION[1]),
)
METRICS = (TICKETS, REVENUE, TIME_TO_VALUE)
PLAN: Plan = plan(METRICS, FACTS)  # the names under which the sums hold their measures


class LightCompany(msgspec.Struct, frozen=True):
    """What the engine would return, by arm of the study that answers the question."""

    tickets: Mapping[str, Sums]  # `program`: contacts and seconds observed of each user
    revenue: Mapping[str, Sums]  # `offers`: cents of expansion, less refunds, in 90 days, of each mature account
    time_to_value: Mapping[str, Durations]  # `onboarding`: hours from signup to activation


def light(model: Model, seed: int) -> LightCompany:
    """The same company that `blocks` draws, counted."""
    counted = [_counted(model, block) for block in blocks(model, seed)]
    return LightCompany(
        *(
            {arm: reduce(add, (getattr(one, name)[arm] for one in counted)) for arm in getattr(counted[0], name)}
            for name in LightCompany.__struct_fields__
        )
    )


def _counted(model: Model, block: Block) -> LightCompany:
    users, accounts = block.users, block.accounts
    contacts = np.bincount(block.tickets.user, minlength=len(users))
    seconds = model.as_of - users.signed_up_at
    mature = accounts.entered_at <= model.as_of - OFFER_WINDOW * DAY
    offers = np.where(mature, accounts.offers, -1).astype(np.int8)
    needs = PLAN.needs[TICKETS.name]
    assert needs.denominator is not None
    return LightCompany(
        tickets=_sums(TICKETS, PROGRAM, users.program, {needs.outcome: contacts, needs.denominator: seconds}),
        revenue=_sums(REVENUE, OFFERS, offers, {PLAN.needs[REVENUE.name].outcome: net_cents(block)}),
        time_to_value={
            arm: _durations(model, users.signed_up_at[chosen], block.activated_at[chosen])
            for index, arm in enumerate(ONBOARDING)
            for chosen in [users.onboarding == index]
        },
    )


def net_cents(block: Block) -> Whole:
    """Paid less refunded, by account, within the window after it entered the study."""
    made = block.expansions
    end = np.where(block.accounts.offers >= 0, block.accounts.entered_at, 0) + OFFER_WINDOW * DAY
    return made.cents * ((made.upgraded_at < end).astype(np.int64) - (made.refunded_at < end))


def _sums(metric: Metric, arms: Sequence[str], arm: Small, measures: Mapping[str, Whole]) -> dict[str, Sums]:
    """Exact: Python's integers, as a product of three can have more digits than a machine's."""
    found = {}
    for index, name in enumerate(arms):
        chosen = arm == index
        values = {measure: one[chosen].astype(object) for measure, one in measures.items()}
        totals = {
            product: int(reduce(np.multiply, (values[measure] for measure in product)).sum())
            for product in PLAN.needs[metric.name].products(PLAN.binary)
        }
        found[name] = Sums(int(chosen.sum()), totals)
    return found


def _durations(model: Model, started: Whole, happened: Whole) -> Durations:
    """Of units that each started at a time, and what happened to them at a later one or never."""
    steps = ACTIVATION[0] * 24
    observed = np.minimum((model.as_of - started) // HOUR, steps)  # to their end
    taken = np.where(happened == NEVER, steps + 1, -((started - happened) // HOUR))
    seen = taken <= observed
    return Durations(_by_step(taken[seen]), _by_step(observed[~seen]))


def _by_step(steps: Whole) -> dict[int, int]:
    units = np.bincount(steps)
    return {int(step): int(units[step]) for step in np.flatnonzero(units)}
