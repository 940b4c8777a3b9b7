"""Self-models grow: with time, and faster where users are personalized, so that later maturity is an outcome."""

import numpy as np

from liftledger.simulate.company.model import DAY, Flags, Small, Whole
from liftledger.simulate.company.parquet import Column, decimal, key, time

AGES = (0, 30, 90)  # days after signup at which maturity is recorded
SLOW, FAST = 240, 100  # days in which what is missing falls to 1/e; fast: of personalized users


def self_models(
    user: Whole, signed_up_at: Whole, maturity: Small, personalized: Flags, until: int
) -> dict[str, Column]:
    """One row a record; maturity, in hundredths, is that at signup."""
    missing = 100 - maturity.astype(np.int64)
    pace = np.where(personalized, FAST, SLOW)
    at = np.stack([signed_up_at + age * DAY for age in AGES], axis=1)
    grown = np.stack([100 - np.ceil(missing * np.exp(-age / pace)).astype(np.int64) for age in AGES], axis=1)
    recorded = at < until
    return {
        "user_id": key("u", np.broadcast_to(user[:, None], at.shape)[recorded]),
        "at": time(at[recorded]),
        "maturity": decimal(grown[recorded]),
    }
