"""What accounts subscribe to and pay: the first month, renewals, upgrades, refunds; some at a discount."""

import numpy as np

from liftledger.simulate.company.expansion import Expansions
from liftledger.simulate.company.model import DAY, MONTH, NEVER, OFFERS, Whole
from liftledger.simulate.company.parquet import Column, decimal, key, label, time
from liftledger.simulate.company.plans import PLANS
from liftledger.simulate.company.population import Accounts

NAMES = tuple(plan.name for plan in PLANS)
CENTS = np.array([0, 9_900, 49_900])  # a month, by plan
DISCOUNT = 10  # percent, of the monthly price
DISCOUNTED = 0.2  # of the accounts
DOWNGRADED = 0.02  # of the accounts that never upgrade, once, to the plan below
KEPT = 30  # days after an upgrade
CHANGES = ("start", "upgrade", "downgrade", "cancel", f"kept {KEPT} days")
TYPES = ("new", "renewal", "upgrade", "refund")


def downgrades(random: np.random.Generator, accounts: Accounts, expansions: Expansions, until: int) -> Whole:
    """When each account goes one plan down, or NEVER."""
    at = accounts.founded_at + 1 + (random.random(len(accounts)) * (until - accounts.founded_at - 1)).astype(np.int64)
    does = (random.random(len(accounts)) < DOWNGRADED) & (accounts.plan > 0) & (expansions.upgraded_at == NEVER)
    return np.where(does, at, NEVER)


def discounts(random: np.random.Generator, accounts: Accounts) -> Whole:
    """Percent of the monthly price that each account is let off."""
    return np.where(random.random(len(accounts)) < DISCOUNTED, DISCOUNT, 0)


def monthly(plan: Whole, off: Whole) -> Whole:
    """Cents a month of a plan, less a discount in percent."""
    price = CENTS[plan]
    return price - price * off // 100


def offers(accounts: Accounts, expansions: Expansions, first: int) -> dict[str, Column]:
    """One row an offer, by whom it was chosen: the self-model or the standard prompt."""
    place = np.flatnonzero(expansions.offered_at != NEVER)
    return {
        "offer_id": key("f", first + place),
        "account_id": key("a", accounts.number[place]),
        "at": time(expansions.offered_at[place]),
        "chosen_by": label(accounts.offers[place], OFFERS),
        "plan": label(_above(accounts)[place], NAMES),
    }


def subscriptions(accounts: Accounts, expansions: Expansions, downgraded_at: Whole, until: int) -> dict[str, Column]:
    """One row a change."""
    upgraded = expansions.upgraded_at != NEVER
    kept_until = np.where(upgraded, expansions.upgraded_at, 0) + KEPT * DAY
    kept = upgraded & (kept_until < until) & (kept_until < expansions.cancelled_at)
    above = _above(accounts)
    times = (accounts.founded_at, expansions.upgraded_at, downgraded_at, expansions.cancelled_at)
    at = np.stack([*times, np.where(kept, kept_until, NEVER)], axis=1)
    plan = np.stack([accounts.plan, above, np.maximum(accounts.plan - 1, 0), above, above], axis=1)
    place, change = np.nonzero(at != NEVER)
    return {
        "account_id": key("a", accounts.number[place]),
        "at": time(at[place, change]),
        "type": label(change, CHANGES),
        "plan": label(plan[place, change], NAMES),
    }


def invoices(
    accounts: Accounts,
    expansions: Expansions,
    downgraded_at: Whole,
    off: Whole,
    *,
    until: int,
    first: int,
) -> dict[str, Column]:
    """One row an invoice: every 30 days the plan's price, and what an upgrade cost, which a refund gives back."""
    months = -(-(np.minimum(until, expansions.cancelled_at) - accounts.founded_at) // MONTH)
    payer = np.repeat(np.arange(len(accounts)), np.where(accounts.plan > 0, months, 0))
    month = np.arange(len(payer)) - np.searchsorted(payer, payer)
    paid_at = accounts.founded_at[payer] + month * MONTH
    plan = accounts.plan[payer].astype(np.int64) - (paid_at >= downgraded_at[payer])
    paid = monthly(plan, off[payer])
    discount = CENTS[plan] - paid
    (upgraded,), (refunded,) = (np.nonzero(at != NEVER) for at in (expansions.upgraded_at, expansions.refunded_at))
    none = np.zeros(len(upgraded) + len(refunded), np.int64)
    bought = expansions.cents[upgraded], -expansions.cents[refunded]
    place = np.concatenate([payer, upgraded, refunded])
    kind = np.concatenate([np.minimum(month, 1), np.repeat([2, 3], [len(upgraded), len(refunded)])])
    amount = np.concatenate([paid, *bought])
    at = np.concatenate([paid_at, expansions.upgraded_at[upgraded], expansions.refunded_at[refunded]])
    sent = np.flatnonzero(amount != 0)
    return {
        "invoice_id": key("i", first + np.arange(len(sent))),
        "account_id": key("a", accounts.number[place[sent]]),
        "paid_at": time(at[sent]),
        "type": label(kind[sent], TYPES),
        "amount": decimal(amount[sent]),
        "currency": label(np.zeros(len(sent), np.int8), ["USD"]),
        "discount": decimal(np.concatenate([discount, none])[sent]),
    }


def _above(accounts: Accounts) -> Whole:
    """The plan that an upgrade leads to; the highest only grows."""
    return np.minimum(accounts.plan.astype(np.int64) + 1, len(PLANS) - 1)
