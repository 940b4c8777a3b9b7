"""Blocks: the same for the same seed, independent of one another, and sound."""

import numpy as np
import pytest

from liftledger.simulate.company import calendar
from liftledger.simulate.company.block import SIZE, block, blocks, count
from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.model import BASELINE, BEGIN, DAY, NEVER, Model

MODEL = Model(users=90_000, effects=Effects.parse(["ttv=-30%", "tickets=-15%", "expansion=+25%"]))


@pytest.fixture(scope="module")
def first():
    return block(MODEL, 7, 0)


def arrays(value):
    """Every array of a block, by name."""
    for name in value.__struct_fields__:
        one = getattr(value, name)
        if isinstance(one, np.ndarray):
            yield name, one
        elif hasattr(one, "__struct_fields__"):
            yield from ((f"{name}.{inner}", array) for inner, array in arrays(one))


def same(one, other):
    return all(np.array_equal(a, b) for (_, a), (_, b) in zip(arrays(one), arrays(other), strict=True))


def test_a_block_needs_no_other(first):
    whole = list(blocks(MODEL, 7))
    assert len(whole) == count(MODEL) == 2
    assert same(whole[0], first)
    assert same(whole[1], block(MODEL, 7, 1))
    assert same(first, block(Model(users=500_000, effects=MODEL.effects), 7, 0))


def test_other_seeds_and_other_blocks_are_other_companies(first):
    assert not np.array_equal(first.users.maturity[:1000], block(MODEL, 8, 0).users.maturity[:1000])
    assert not np.array_equal(first.users.maturity[:1000], block(MODEL, 7, 1).users.maturity[:1000])


def test_numbers_are_unique_in_the_company():
    whole = list(blocks(MODEL, 7))
    users = np.concatenate([one.users.number for one in whole])
    accounts = np.concatenate([one.accounts.number for one in whole])
    assert len(np.unique(users)) == len(users)
    assert np.array_equal(accounts, np.arange(len(accounts)))
    assert len(accounts) == calendar.accounts(MODEL)


def test_about_as_many_users_as_asked_for():
    # Accounts have 4.2 users on average with a standard deviation of 4.0: 20,000 of them vary by 0.7 %.
    assert sum(len(one.users) for one in blocks(MODEL, 7)) == pytest.approx(90_000, rel=0.03)


def test_what_happens_happens_in_order_and_before_the_records_end(first):
    users, made, tickets = first.users, first.expansions, first.tickets
    assert (users.signed_up_at > first.accounts.founded_at[users.account]).all()
    assert (
        (first.activated_at > users.signed_up_at) & ((first.activated_at < MODEL.as_of) | (first.activated_at == NEVER))
    ).all()
    assert ((tickets.opened_at > users.signed_up_at[tickets.user]) & (tickets.opened_at < MODEL.as_of)).all()
    assert (first.accounts.founded_at < MODEL.as_of).all() and (users.signed_up_at < MODEL.as_of).all()
    upgraded = made.upgraded_at < NEVER
    assert (made.upgraded_at[upgraded] > made.offered_at[upgraded]).all()
    assert (made.offered_at[made.offered_at < NEVER] > first.accounts.entered_at[made.offered_at < NEVER]).all()
    for later in (made.refunded_at, made.cancelled_at):
        assert (later[later < NEVER] > made.upgraded_at[later < NEVER]).all()
    assert (upgraded == (made.cents > 0)).all()
    for times in (first.activated_at, made.offered_at, made.upgraded_at, made.refunded_at, made.cancelled_at):
        assert ((times < MODEL.as_of) | (times == NEVER)).all()


def test_rows_stand_by_account_and_time(first):
    users, tickets = first.users, first.tickets
    assert np.array_equal(np.lexsort((users.signed_up_at, users.account)), np.arange(len(users)))
    assert np.array_equal(np.lexsort((tickets.opened_at, tickets.user)), np.arange(len(tickets)))


def test_only_users_of_the_study_period_are_in_studies_and_guidance_is_for_the_personalized(first):
    users = first.users
    assert np.array_equal(users.program >= 0, users.signed_up_at >= MODEL.start)
    assert np.array_equal(users.onboarding >= 0, users.program == 1)
    assert np.array_equal(first.accounts.offers >= 0, first.accounts.entered_at < NEVER)
    assert (first.accounts.entered_at >= MODEL.start).all()


def share_of(arms, arm):
    """How many standard errors the share of an arm is from a plan."""
    return lambda plan: ((arms[arms >= 0] == arm).mean() - plan) / np.sqrt(plan * (1 - plan) / (arms >= 0).sum())


@pytest.mark.parametrize("holdout", [0.1, 0.05])
def test_arms_have_their_planned_shares(holdout):
    drawn = block(Model(users=90_000, holdout=holdout), 3, 0)
    assert abs(share_of(drawn.users.program, 0)(holdout)) < 4
    assert abs(share_of(drawn.users.onboarding, 1)(0.5)) < 4
    assert abs(share_of(drawn.accounts.offers, 1)(0.5)) < 4


def test_lost_assignments_are_the_only_thing_that_the_flaw_changes(first):
    flawed = block(Model(users=90_000, effects=MODEL.effects, lost=0.2), 7, 0)
    for (name, sound), (_, spoilt) in zip(arrays(first), arrays(flawed), strict=True):
        if name in ("users.program", "users.onboarding", "accounts.offers"):
            treated = sound == 1
            assert np.array_equal(sound[~treated], spoilt[~treated])
            assert abs((spoilt[treated] == -1).mean() - 0.2) < 4 * np.sqrt(0.16 / treated.sum())
        else:
            assert np.array_equal(sound, spoilt)


@pytest.mark.parametrize(
    ("drawn", "shares", "first_day"),
    [
        (lambda one: one.accounts.founded_at, calendar.founded, 0),
        (lambda one: one.users.signed_up_at, calendar.signed_up, 0),
        (lambda one: one.accounts.entered_at, calendar.entered, BASELINE),
    ],
)
def test_days_are_drawn_with_their_shares(first, drawn, shares, first_day):
    # Users of an account come on days of one week, 2.5 of them at each: their counts vary more than independent ones.
    times = drawn(first)
    days = (times[times < NEVER] - int(BEGIN.timestamp())) // DAY - first_day
    expected = shares(MODEL) / shares(MODEL).sum() * len(days)
    chi2 = ((np.bincount(days, minlength=len(expected)) - expected)[expected > 0] ** 2 / expected[expected > 0]).sum()
    spread = 3.5 if shares is calendar.signed_up else 1
    assert chi2 / spread < (expected > 0).sum() + 5 * np.sqrt(2 * len(expected))


def test_weekends_are_quiet_and_autumn_is_busy():
    shares = calendar.founded(MODEL)
    weekday = (BEGIN.weekday() + np.arange(len(shares))) % 7
    assert shares[weekday >= 5].mean() < 0.5 * shares[weekday < 5].mean()
    assert shares[92:123].mean() > 1.2 * shares[273:304].mean()  # October, April


def test_a_company_of_a_day_can_be_drawn():
    drawn = block(Model(users=1_000, days=1), 1, 0)
    assert len(drawn.accounts) < SIZE
    assert 0 < (drawn.users.program >= 0).sum() < len(drawn.users) / 50
    assert 0 < (drawn.accounts.offers >= 0).sum() < len(drawn.accounts) / 20
