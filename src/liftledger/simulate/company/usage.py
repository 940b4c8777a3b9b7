"""Events of users: they sign up, some activate and then make reports, some turn the mails off."""

import numpy as np

from liftledger.simulate.company.model import MONTH, NEVER, Whole
from liftledger.simulate.company.parquet import Column, key, label, time

NAMES = ("signed_up", "activated", "report_made", "unsubscribed")
REPORTS = 1.0  # a month, of users who are active
UNSUBSCRIBED = 0.04  # of the users within 30 days, in every arm


def events(
    random: np.random.Generator, user: Whole, signed_up_at: Whole, activated_at: Whole, until: int
) -> dict[str, Column]:
    """One row an event; the second arrays are by user."""
    active = np.flatnonzero(activated_at != NEVER)
    left = until - activated_at[active]
    maker = np.repeat(active, random.poisson(REPORTS * left / MONTH))
    made_at = activated_at[maker] + (random.random(len(maker)) * (until - activated_at[maker])).astype(np.int64)
    leaves_at = signed_up_at + random.integers(1, MONTH, len(user))
    leaver = np.flatnonzero((random.random(len(user)) < UNSUBSCRIBED) & (leaves_at < until))
    place = np.concatenate([np.arange(len(user)), active, maker, leaver])
    name = np.repeat(np.arange(len(NAMES), dtype=np.int8), [len(user), len(active), len(maker), len(leaver)])
    return {
        "user_id": key("u", user[place]),
        "at": time(np.concatenate([signed_up_at, activated_at[active], made_at, leaves_at[leaver]])),
        "name": label(name, NAMES),
    }
