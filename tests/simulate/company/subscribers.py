"""Accounts of a simulated company by their arm of `offers`, as the engine would count their contracts; no files."""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from liftledger.domain.durations import Durations
from liftledger.domain.moments import Sums
from liftledger.engine.subscriptions.holdings import Held
from liftledger.simulate.company import expansion, invoices, population
from liftledger.simulate.company.block import SIZE, blocks, stream
from liftledger.simulate.company.calendar import accounts as accounts_of
from liftledger.simulate.company.expansion import Expansions
from liftledger.simulate.company.model import DAY, NEVER, OFFERS, Model
from liftledger.simulate.company.population import Accounts
from liftledger.simulate.company.records import DRAWN

MONTH = 31 * DAY  # of the even calendar
ALONE = 1 + len(DRAWN)  # a stream of its own


class Part(msgspec.Struct, frozen=True, eq=False):
    """Of a company, what came of accounts."""

    number: int
    accounts: Accounts
    expansions: Expansions


class Arm(msgspec.Struct, frozen=True, eq=False):
    """What each account paid since it entered; of those subscribed then, how long they stayed and what they pay."""

    paid: np.ndarray  # cents a month x days
    seen: np.ndarray  # whole months since the entry
    left: np.ndarray  # in which month; more than `seen`: in one that is not over, or not at all
    gone: np.ndarray
    cents: np.ndarray  # a month, of those who are there

    @property
    def sums(self) -> Sums:
        exact = self.paid.astype(object)
        return Sums(len(exact), {("revenue",) * power: int((exact**power).sum()) for power in (1, 2, 3)})

    @property
    def lifespans(self) -> Durations:
        over = self.left <= self.seen
        return Durations(_counts(self.left[over]), _counts(self.seen[~over]))

    @property
    def held(self) -> tuple[Held, ...]:
        months, cents = self.seen[~self.gone], self.cents[~self.gone].astype(object)
        return tuple(
            Held(month, len(of), int(of.sum()), int((of**2).sum()))
            for month in np.unique(months).tolist()
            for of in [cents[months == month]]
        )


def recorded(model: Model, seed: int) -> dict[str, Arm]:
    """The accounts of the very company whose records have this seed."""
    return arms(model, seed, (Part(one.number, one.accounts, one.expansions) for one in blocks(model, seed)))


def alike(model: Model, seed: int) -> dict[str, Arm]:
    """Accounts of a company like it, whose users are not drawn."""
    return arms(model, seed, _alone(model, seed))


def _alone(model: Model, seed: int) -> Iterator[Part]:
    for first in range(0, accounts_of(model), SIZE):
        rng = stream(seed, first // SIZE, ALONE)
        accounts = population.draw_accounts(rng, model, first, min(SIZE, accounts_of(model) - first))
        yield Part(first // SIZE, accounts, expansion.draw(rng, model, accounts))


def arms(model: Model, seed: int, parts: Iterable[Part]) -> dict[str, Arm]:
    counted = zip(*(by_arm(model, seed, part) for part in parts), strict=True)
    return {
        name: Arm(*(np.concatenate([getattr(one, field) for one in of]) for field in Arm.__struct_fields__))
        for name, of in zip(OFFERS, counted, strict=True)
    }


def by_arm(model: Model, seed: int, part: Part) -> Iterator[Arm]:
    """Standard, model."""
    accounts, made = part.accounts, part.expansions
    falls, lets_off = (stream(seed, part.number, 1 + DRAWN.index(name)) for name in ("downgrades", "invoices"))
    down = invoices.downgrades(falls, accounts, made, model.as_of)
    off, plan = invoices.discounts(lets_off, accounts), accounts.plan.astype(np.int64)
    price, below = (invoices.monthly(np.maximum(one, 0), off) for one in (plan, plan - 1))
    last = np.where(plan == 1, np.minimum(made.cancelled_at, down), made.cancelled_at)
    entry = np.where(accounts.offers >= 0, accounts.entered_at, model.as_of)

    def days(since):
        """Until the records end, in the study."""
        return (model.as_of - np.clip(since, entry, model.as_of)) // DAY

    paid = price * (days(accounts.founded_at) - days(made.cancelled_at)) - (price - below) * days(down)
    began, ended, over = (_even(np.minimum(at, model.as_of)) for at in (entry, last, np.array([model.as_of])))
    seen, gone = (over - began) // MONTH, last != NEVER
    left = np.where(gone, np.maximum(-((began - ended) // MONTH), 1), seen + 1)
    cents = np.where(down == NEVER, price, below)
    for place in range(len(OFFERS)):
        arm = accounts.offers == place
        subscribed = arm & (plan > 0) & (last >= entry)
        yield Arm(paid[arm], *(column[subscribed] for column in (seen, left, gone, cents)))


def _counts(steps: np.ndarray) -> dict[int, int]:
    return {int(step): int(n) for step, n in zip(*np.unique(steps, return_counts=True), strict=True)}


def _even(seconds: np.ndarray) -> np.ndarray:
    """On the calendar whose months all have 31 days."""
    month = seconds.astype("datetime64[s]").astype("datetime64[M]")
    return month.astype(np.int64) * MONTH + seconds - month.astype("datetime64[s]").astype(np.int64)
