"""What the self-models believe of users, how sure they are, and whether it came true.

A belief of a calibrated class comes true as often as its confidence says. The overconfident classes claim more than
they know: the odds of coming true are the square root of the odds claimed, times a factor.
"""

import msgspec
import numpy as np

from liftledger.simulate.company.model import Floats, Small, Whole
from liftledger.simulate.company.parquet import Column, decimal, flag, key, label, time

PER_USER = 1.2
OPEN = 0.15  # of the beliefs: whether they came true is not known yet


class Class(msgspec.Struct, frozen=True):
    """A kind of belief. A factor of None: calibrated."""

    name: str
    statement: str
    share: float
    factor: float | None = None


CLASSES = (
    Class("goal", "wants reports for the weekly meeting", 0.30),
    Class("role", "prepares the numbers for others", 0.25),
    Class("plan_usage", "is near the limit of the plan", 0.20),
    Class("churn_risk", "is about to leave", 0.15, 0.25),
    Class("intent", "is looking for an integration", 0.10, 0.6),
)


class Beliefs(msgspec.Struct, frozen=True, eq=False):
    """One entry a belief, by user; `confidence` in hundredths."""

    user: Whole  # place among the block's users
    at: Whole  # seconds since 1970
    kind: Small  # place in CLASSES
    confidence: Whole
    evidence: Whole  # observations behind it
    came_true: Small  # 1, 0, or -1: not known yet

    def columns(self, users: Whole, first: int) -> dict[str, Column]:
        """As the file has them; ids count from `first`."""
        return {
            "belief_id": key("b", first + np.arange(len(self.user))),
            "user_id": key("u", users[self.user]),
            "at": time(self.at),
            "class": label(self.kind, [one.name for one in CLASSES]),
            "statement": label(self.kind, [one.statement for one in CLASSES]),
            "confidence": decimal(self.confidence),
            "evidence": Column(self.evidence),
            "came_true": flag(self.came_true),
        }


def believe(random: np.random.Generator, since: Whole, until: int) -> Beliefs:
    """Beliefs about the users, each from the user's `since` on."""
    place = np.repeat(np.arange(len(since)), random.poisson(PER_USER, len(since)))
    at = since[place] + (random.random(len(place)) * (until - since[place])).astype(np.int64)
    kind = random.choice(len(CLASSES), len(place), p=[one.share for one in CLASSES]).astype(np.int8)
    confidence = 50 + np.floor(50 * random.beta(2, 1.5, len(place))).astype(np.int64)  # 0.50 to 0.99
    came_true = (random.random(len(place)) < chance(kind, confidence / 100)).astype(np.int8)
    came_true[random.random(len(place)) < OPEN] = -1
    return Beliefs(place, at, kind, confidence, 1 + random.poisson(confidence / 10), came_true)


def chance(kind: Small, confidence: Floats) -> Floats:
    """Probability that a belief of that class and confidence comes true."""
    factor = np.array([np.nan if one.factor is None else one.factor for one in CLASSES])[kind]
    odds = factor * np.sqrt(confidence / (1 - confidence))
    return np.where(np.isnan(factor), confidence, odds / (1 + odds))
