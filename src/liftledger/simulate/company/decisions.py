"""What was chosen for users on a surface, with which propensity, on which belief, and how fast."""

import numpy as np

from liftledger.simulate.company.beliefs import Beliefs
from liftledger.simulate.company.model import DAY, Flags, Whole
from liftledger.simulate.company.parquet import Column, decimal, flag, key, label, time

ACTED_ON = 0.6  # of the beliefs that a policy may use
FALLBACK = 0.02  # of its decisions: the policy was too slow or failed, and the default was shown
EXPLORED = 15  # hundredths of a policy's decisions, spread evenly over all options
SURFACES = ("home", "help", "offer")
BY_CLASS = np.array([0, 0, 2, 2, 1], dtype=np.int8)  # class of the belief -> place in SURFACES
OPTIONS = ("default", "short", "guided", "expert")
POLICIES = ("default", "model-1", "model-2")
REVISED = 60  # days after the start of the program, model-2 takes over
TYPICAL_MS = 45


def decide(
    random: np.random.Generator,
    beliefs: Beliefs,
    *,
    users: Whole,  # numbers
    personalized: Flags,  # by user
    since: Whole,  # by user: the start in the program
    start: int,  # of the program
    until: int,
    belief: int,  # number of the first belief
    first: int,  # number of the first decision
) -> dict[str, Column]:
    """Decisions after the users' start: by a policy on a belief, or the default for users who are held out."""
    from_then = np.maximum(beliefs.at, since[beliefs.user])
    place = np.flatnonzero((random.random(len(from_then)) < ACTED_ON) & (from_then < until))
    at = from_then[place] + (random.random(len(place)) * (until - from_then[place])).astype(np.int64)
    size = len(place)
    may = personalized[beliefs.user[place]]
    chosen = may & (random.random(size) >= FALLBACK)
    best = 1 + (beliefs.confidence[place] + beliefs.kind[place]) % (len(OPTIONS) - 1)
    each, explores = EXPLORED / 100 / len(OPTIONS), random.random(size) < EXPLORED / 100
    option = np.where(chosen, np.where(explores, random.integers(0, len(OPTIONS), size), best), 0)
    propensity = np.where(chosen, np.where(option == best, 1 - EXPLORED / 100 + each, each), 1.0)
    policy = np.where(may, 1 + (at >= start + REVISED * DAY), 0)
    latency = np.where(may, TYPICAL_MS, 2) * random.lognormal(0, 0.5, size)
    return {
        "decision_id": key("d", first + np.arange(size)),
        "user_id": key("u", users[beliefs.user[place]]),
        "at": time(at),
        "surface": label(BY_CLASS[beliefs.kind[place]], SURFACES),
        "option": label(option, OPTIONS),
        "propensity": decimal(np.rint(propensity * 10_000).astype(np.int64), 4),
        "policy": label(policy, POLICIES),
        "belief": key("b", np.where(chosen, belief + place, -1)),
        "latency_ms": Column(1 + latency.astype(np.int64)),
        "fallback": flag((may & ~chosen).astype(np.int8)),
    }
