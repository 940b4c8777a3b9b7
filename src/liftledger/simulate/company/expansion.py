"""Expansion: accounts are offered more, some take it and pay, some ask for the money back, some cancel later."""

import msgspec
import numpy as np
from scipy.special import ndtr

from liftledger.simulate.company.model import DAY, MONTH, NEVER, Flags, Floats, Model, Whole, month_of
from liftledger.simulate.company.plans import PLANS
from liftledger.simulate.company.population import Accounts

FIRST_OFFER, LAST_OFFER = 1, 14  # whole days after the account entered the study, each as likely
MEDIAN, SIGMA = 20 * DAY, 0.8  # of the lognormal time from the offer to the upgrade, seconds
REFUNDED = 0.06  # of the upgrades
FIRST_REFUND, LAST_REFUND = 1, 28  # whole days after the upgrade, each as likely


class Expansions(msgspec.Struct, frozen=True, eq=False):
    """One entry an account of the block. Times are seconds since 1970, NEVER also where after the records' end.

    An account is offered something once, upgrades once at most, after the offer, and cancels only after an upgrade.
    """

    offered_at: Whole
    upgraded_at: Whole
    cents: Whole  # paid for the upgrade; 0 where there is none
    refunded_at: Whole  # all of it
    cancelled_at: Whole


def draw(rng: np.random.Generator, model: Model, accounts: Accounts) -> Expansions:
    """What came of the offers."""
    n = len(accounts)
    plan, treated, entered = accounts.plan, accounts.offers == 1, accounts.offers >= 0
    month = np.where(entered, month_of((np.where(entered, accounts.entered_at, model.start) - model.start) // DAY), 0)

    def multiplier(name: str) -> Floats:
        return np.where(treated, np.exp(model.logarithms(name)[plan, month]), 1.0)

    start = np.where(entered, accounts.entered_at, 0)
    offered = entered & (rng.random(n) < _of("offered")[plan])
    offered_at = start + DAY * rng.integers(FIRST_OFFER, LAST_OFFER + 1, n)
    takes = offered & (rng.random(n) < _of("upgraded")[plan] * multiplier("expansion"))
    upgraded_at = offered_at + _seconds(MEDIAN * np.exp(SIGMA * rng.standard_normal(n)))
    upgraded = takes & (upgraded_at < model.as_of)
    dollars = _of("expansion")[plan] * multiplier("spend") * np.exp(model.tail * rng.standard_normal(n))
    refunded_at = upgraded_at + DAY * rng.integers(FIRST_REFUND, LAST_REFUND + 1, n)
    refunded = upgraded & (rng.random(n) < REFUNDED)
    cancelled_at = upgraded_at + _seconds(rng.exponential(1.0, n) * MONTH / (_of("churn")[plan] * multiplier("churn")))

    def when(happens: Flags, at: Whole) -> Whole:
        return np.where(happens & (at < model.as_of), at, NEVER)

    return Expansions(
        offered_at=when(offered, offered_at),
        upgraded_at=when(upgraded, upgraded_at),
        cents=np.where(upgraded, np.floor(100 * dollars + 0.5), 0).astype(np.int64),
        refunded_at=when(refunded, refunded_at),
        cancelled_at=when(upgraded, cancelled_at),
    )


def upgraded_within(seconds: Whole) -> Floats:
    """Share, of accounts that will ever upgrade, that do within a time after they entered the study."""
    offers = DAY * np.arange(FIRST_OFFER, LAST_OFFER + 1)
    left = np.maximum(np.asarray(seconds, float)[..., None] - offers, 1e-9)
    return np.asarray(ndtr((np.log(left) - np.log(MEDIAN)) / SIGMA).mean(axis=-1))


def refunded_within(seconds: int) -> float:
    """Share, of expansions that will be refunded, that are within a time after the account entered the study."""
    return float(upgraded_within(seconds - DAY * np.arange(FIRST_REFUND, LAST_REFUND + 1)).mean())


def ever_offered() -> Floats:
    """Share of accounts, by plan."""
    return _of("offered")


def ever_upgraded(model: Model, *, treated: bool) -> Floats:
    """Share of accounts in the study that ever upgrade, by plan and month of entry."""
    return (_of("offered") * _of("upgraded"))[:, None] * np.exp(model.logarithms("expansion") * treated)


def dollars(model: Model, *, treated: bool) -> Floats:
    """Expected revenue of an expansion in USD, by plan and month of entry.

    That of the lognormal: rounding a smooth density to cents moves its mean by less than 1e-9 of a cent.
    """
    medians = _of("expansion")[:, None] * np.exp(model.logarithms("spend") * treated)
    return np.asarray(medians * np.exp(model.tail**2 / 2))


def churn(model: Model, *, treated: bool) -> Floats:
    """Hazard of cancelling per second after the upgrade, by plan and month of entry."""
    return np.asarray(_of("churn")[:, None] * np.exp(model.logarithms("churn") * treated) / MONTH)


def _of(name: str) -> Floats:
    """A parameter by plan."""
    return np.array([getattr(plan, name) for plan in PLANS])


def _seconds(duration: Floats) -> Whole:
    """Whole seconds, at least one."""
    return np.clip(np.ceil(duration), 1, 1e9).astype(np.int64)
