"""Accounts of a simulated company by their arm of `offers`, as the engine would count their contracts; no files."""

from collections.abc import Iterator

import msgspec
import numpy as np

from liftledger.domain.durations import Durations
from liftledger.domain.moments import Sums
from liftledger.engine.subscriptions.holdings import Held
from liftledger.simulate.company import invoices
from liftledger.simulate.company.block import Block, blocks, stream
from liftledger.simulate.company.model import DAY, NEVER, OFFERS, Model
from liftledger.simulate.company.records import DRAWN

MONTH = 31 * DAY  # of the even calendar


class Accounts(msgspec.Struct, frozen=True, eq=False):
    """Of an arm: what each paid since it entered, and of those subscribed then how long they stayed."""

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


def company(model: Model, seed: int) -> dict[str, Accounts]:
    """By arm."""
    counted = [list(by_arm(model, seed, block)) for block in blocks(model, seed)]
    return {
        arm: Accounts(
            *(np.concatenate(column) for column in zip(*(_columns(one[place]) for one in counted), strict=True))
        )
        for place, arm in enumerate(OFFERS)
    }


def by_arm(model: Model, seed: int, block: Block) -> Iterator[Accounts]:
    accounts, made = block.accounts, block.expansions
    falls, lets_off = (stream(seed, block.number, 1 + DRAWN.index(name)) for name in ("downgrades", "invoices"))
    down = invoices.downgrades(falls, accounts, made, model.as_of)
    off, plan = invoices.discounts(lets_off, accounts), accounts.plan.astype(np.int64)
    price, below = (invoices.monthly(np.maximum(one, 0), off) for one in (plan, plan - 1))
    last = np.where(plan == 1, np.minimum(made.cancelled_at, down), made.cancelled_at)
    for place in range(len(OFFERS)):
        chosen = accounts.offers == place
        entry = accounts.entered_at[chosen]

        def days(since, chosen=chosen, entry=entry):
            at = since[chosen]
            return np.where(at == NEVER, 0, (model.as_of - np.maximum(np.minimum(at, model.as_of), entry)) // DAY)

        subscribed = (plan[chosen] > 0) & (last[chosen] >= entry)
        began, ended = _even(entry[subscribed]), _even(np.minimum(last[chosen][subscribed], model.as_of))
        gone = last[chosen][subscribed] != NEVER
        seen = (_even(np.array([model.as_of])) - began) // MONTH
        fell = (price - below)[chosen]
        yield Accounts(
            paid=price[chosen] * (days(accounts.founded_at) - days(made.cancelled_at)) - fell * days(down),
            seen=seen,
            left=np.where(gone, np.maximum(-((began - ended) // MONTH), 1), seen + 1),
            gone=gone,
            cents=np.where(down == NEVER, price, below)[chosen][subscribed],
        )


def _columns(accounts: Accounts) -> list[np.ndarray]:
    return [getattr(accounts, name) for name in Accounts.__struct_fields__]


def _counts(steps: np.ndarray) -> dict[int, int]:
    return {int(step): int(n) for step, n in zip(*np.unique(steps, return_counts=True), strict=True)}


def _even(seconds: np.ndarray) -> np.ndarray:
    """On the calendar whose months all have 31 days."""
    month = seconds.astype("datetime64[s]").astype("datetime64[M]")
    return month.astype(np.int64) * MONTH + seconds - month.astype("datetime64[s]").astype(np.int64)
