"""Contracts: what accounts pay a month, a row a plan that is paid for, from its start until it ends."""

import numpy as np

from liftledger.simulate.company.expansion import Expansions
from liftledger.simulate.company.invoices import NAMES, monthly
from liftledger.simulate.company.model import NEVER, Whole
from liftledger.simulate.company.parquet import Column, decimal, key, label, time
from liftledger.simulate.company.population import Accounts

GOES_ON = -1


def contracts(
    accounts: Accounts, expansions: Expansions, downgraded_at: Whole, off: Whole, *, first: int
) -> dict[str, Column]:
    """A downgrade ends one and starts another, unless the plan below is free; who cancels has none."""
    below = np.maximum(accounts.plan.astype(np.int64) - 1, 0)
    plan = np.stack([accounts.plan, below], axis=1)
    started_at = np.stack([accounts.founded_at, downgraded_at], axis=1)
    ended_at = np.stack([np.minimum(downgraded_at, expansions.cancelled_at), expansions.cancelled_at], axis=1)
    place, turn = np.nonzero((plan > 0) & (started_at != NEVER))
    chosen, ended = plan[place, turn], ended_at[place, turn]
    return {
        "contract_id": key("c", first + np.arange(len(place))),
        "account_id": key("a", accounts.number[place]),
        "started_at": time(started_at[place, turn]),
        "ended_at": time(np.where(ended == NEVER, GOES_ON, ended)),
        "plan": label(chosen, NAMES),
        "monthly": decimal(monthly(chosen, off[place])),
    }
