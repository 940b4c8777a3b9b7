"""Tickets: contacts of users with support, more in their first week, some users far more than others."""

import msgspec
import numpy as np

from liftledger.simulate.company.model import DAY, MONTH, Floats, Model, Small, Whole, month_of
from liftledger.simulate.company.plans import CATEGORIES, PLANS
from liftledger.simulate.company.population import Users

WEEK = 7 * DAY
FIRST_WEEK = 2.5  # times the later rate
SHAPE = 1.5  # of the Gamma with mean 1 that makes users differ


class Tickets(msgspec.Struct, frozen=True, eq=False):
    """One entry a contact, by user and time: what should be counted.

    Whoever writes a contact as several rows (reopened, moved to another channel) must write a moved one only where
    no other contact of the same user and category follows within the week after, and must give all contacts of a
    category one channel: else the rule that joins such rows joins contacts that were two.
    """

    user: Whole  # place in the block's Users
    opened_at: Whole  # seconds since 1970, after signup and before the records end
    category: Small  # index into CATEGORIES

    def __len__(self) -> int:
        return len(self.user)


def draw(rng: np.random.Generator, model: Model, users: Users) -> Tickets:
    """All contacts from signup until the records end: a Poisson process for each user and category."""
    n = len(users)
    treated = users.program == 1
    month = np.where(treated, month_of((users.signed_up_at - model.start) // DAY), 0)
    strength = np.where(treated, model.strength(users.maturity), 0.0)
    logs = np.stack([model.logarithms(f"tickets.{category}") for category in CATEGORIES], axis=-1)
    rates = _rates()[users.plan] * np.exp(logs[users.plan, month] * strength[:, None])
    elapsed = model.as_of - users.signed_up_at
    busy = burdened(elapsed)
    contacts = rng.poisson(rates * (rng.gamma(SHAPE, 1 / SHAPE, n) * busy / MONTH)[:, None])
    user = np.repeat(np.arange(n), contacts.sum(axis=1))
    category = np.repeat(np.tile(np.arange(len(CATEGORIES), dtype=np.int8), n), contacts.ravel())
    place = rng.random(len(user)) * busy[user]  # on a clock that runs faster in the first week
    first = FIRST_WEEK * WEEK
    after = np.where(place < first, place / FIRST_WEEK, WEEK + place - first).astype(np.int64)
    opened_at = users.signed_up_at[user] + np.clip(after, 1, np.maximum(elapsed[user] - 1, 1))
    order = np.lexsort((category, opened_at, user))
    return Tickets(user[order], opened_at[order], category[order])


def burdened(elapsed: Whole | Floats) -> Floats:
    """Seconds since signup, those of the first week as many times as its rate is higher."""
    return FIRST_WEEK * np.minimum(elapsed, WEEK) + np.maximum(elapsed - WEEK, 0)


def rates(model: Model, *, personalized: bool) -> Floats:
    """Contacts per 30 days after the first week, by plan, maturity in hundredths, month of signup and category."""
    logs = np.stack([model.logarithms(f"tickets.{category}") for category in CATEGORIES], axis=-1) * personalized
    strength = model.strength(np.arange(100))
    return np.asarray(_rates()[:, None, None, :] * np.exp(logs[:, None] * strength[None, :, None, None]))


def _rates() -> Floats:
    """By plan and category."""
    return np.array([plan.tickets for plan in PLANS])
