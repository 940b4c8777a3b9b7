"""Accounts and users: who they are, when they came, and to which arms they were assigned."""

import msgspec
import numpy as np
from scipy.special import betainc

from liftledger.simulate.company import calendar
from liftledger.simulate.company.model import BASELINE, BEGIN, DAY, NEVER, Floats, Model, Small, Whole
from liftledger.simulate.company.plans import PLANS, REGIONS

SEATS = max(n for n, _ in (plan.seats for plan in PLANS)) + 1  # most users of an account


class Accounts(msgspec.Struct, frozen=True, eq=False):
    """One entry an account. Times are whole seconds since 1970."""

    number: Whole  # unique in the company, from 0 on without a gap
    plan: Small  # at its founding, index into PLANS
    region: Small  # index into REGIONS
    founded_at: Whole  # the beginning of a day
    entered_at: Whole  # into the offers study, or NEVER
    offers: Small  # arm, index into OFFERS; -1: not in the study, or its assignment was lost

    def __len__(self) -> int:
        return len(self.number)


class Users(msgspec.Struct, frozen=True, eq=False):
    """One entry a user, by account and then signup. Times are whole seconds since 1970, before the records end."""

    number: Whole  # unique in the company, with gaps
    account: Whole  # place in the block's Accounts
    plan: Small  # of the account
    maturity: Small  # of the self-model at signup, in hundredths: 0 to 99
    signed_up_at: Whole  # the start of those in the studies
    program: Small  # arm, index into PROGRAM; -1: signed up before the studies, or the assignment was lost
    onboarding: Small  # arm, index into ONBOARDING; -1 also: held out

    def __len__(self) -> int:
        return len(self.number)


def draw_accounts(rng: np.random.Generator, model: Model, first: int, n: int) -> Accounts:
    """The n accounts that follow the first `first` ones."""
    plan = _pick(rng, [one.share for one in PLANS], n)
    region = _pick(rng, list(REGIONS.values()), n)
    day = np.searchsorted(np.cumsum(calendar.founded(model))[:-1], rng.random(n), side="right")
    rolled_out = BASELINE + rng.integers(0, calendar.ROLLED_OUT, n)
    entry = np.where(day < BASELINE, rolled_out, day + calendar.SETTLED)
    entered_at = _at(entry, calendar.time_of_day(rng, n))
    enters = entered_at < model.as_of
    return Accounts(
        number=first + np.arange(n),
        plan=plan,
        region=region,
        founded_at=_at(day, np.zeros(n, np.int64)),
        entered_at=np.where(enters, entered_at, NEVER),
        offers=np.where(enters, rng.integers(0, 2, n), -1).astype(np.int8),
    )


def draw_users(rng: np.random.Generator, model: Model, accounts: Accounts) -> Users:
    """The accounts' users who sign up before the records end."""
    seats = np.array([plan.seats for plan in PLANS])[accounts.plan]
    account = np.repeat(np.arange(len(accounts)), 1 + rng.binomial(seats[:, 0].astype(np.int64), seats[:, 1]))
    n = len(account)
    weeks = rng.geometric(calendar.JOINS_AT_ONCE, n) - 1
    founded_on = (accounts.founded_at[account] - int(BEGIN.timestamp())) // DAY
    signed_up_at = _at(founded_on + 7 * weeks, calendar.time_of_day(rng, n))
    plan = accounts.plan[account]
    beta = np.array([one.maturity for one in PLANS])[plan]
    maturity = np.minimum(99, (100 * rng.beta(beta[:, 0], beta[:, 1])).astype(np.int8))
    treated = (rng.random(n) >= model.holdout).astype(np.int8)
    guided = rng.integers(0, 2, n).astype(np.int8)
    studied = signed_up_at >= model.start
    seat = np.arange(n) - np.searchsorted(account, account)
    users = Users(
        number=accounts.number[account] * SEATS + seat,
        account=account,
        plan=plan,
        maturity=maturity,
        signed_up_at=signed_up_at,
        program=np.where(studied, treated, -1).astype(np.int8),
        onboarding=np.where(studied & (treated == 1), guided, -1).astype(np.int8),
    )
    here = np.flatnonzero(signed_up_at < model.as_of)
    here = here[np.lexsort((signed_up_at[here], account[here]))]
    return Users(**{name: getattr(users, name)[here] for name in Users.__struct_fields__})


def maturities() -> Floats:
    """Share of users by plan and maturity in hundredths."""
    edges = np.arange(101) / 100
    return np.diff([betainc(a, b, edges) for a, b in (plan.maturity for plan in PLANS)])


def lose(rng: np.random.Generator, arms: Small, share: float) -> Small:
    """The arms as recorded: of the treated units, a share is not."""
    lost = (arms == 1) & (rng.random(len(arms)) < share)
    return np.where(lost, -1, arms).astype(np.int8)


def _pick(rng: np.random.Generator, shares: list[float], n: int) -> Small:
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(n), side="right").astype(np.int8)


def _at(day: Whole, second: Whole) -> Whole:
    """The instant, of a day of the records and a second of that day."""
    return int(BEGIN.timestamp()) + day * DAY + second
