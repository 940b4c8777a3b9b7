"""Surveys: most of the asked stay silent, and personalized users answer more often, so answers alone mislead."""

import numpy as np

from liftledger.simulate.company.model import Flags, Whole
from liftledger.simulate.company.parquet import Column, flag, key, label, time

ASKED = 0.25  # of the users
KINDS = ("nps", "csat")
ANSWERING = (0.18, 0.27)  # held out, personalized
SCORES = {  # weights of 0 to 10 and of 1 to 5, the same in both arms
    "nps": (2, 1, 1, 2, 3, 8, 8, 15, 22, 18, 20),
    "csat": (0, 4, 8, 18, 42, 28),
}


def ask(
    random: np.random.Generator,
    user: Whole,
    since: Whole,
    personalized: Flags,
    *,
    until: int,
    first: int,  # number of the first survey
) -> dict[str, Column]:
    """One row a survey that was sent; no score where nobody answered."""
    place = np.flatnonzero(random.random(len(since)) < ASKED)
    kind = random.integers(0, len(KINDS), len(place))
    scores = [
        random.choice(len(SCORES[name]), len(place), p=np.divide(SCORES[name], sum(SCORES[name]))) for name in KINDS
    ]
    answered = random.random(len(place)) < np.array(ANSWERING)[personalized[place].astype(np.int8)]
    return {
        "survey_id": key("s", first + np.arange(len(place))),
        "user_id": key("u", user[place]),
        "sent_at": time(since[place] + (random.random(len(place)) * (until - since[place])).astype(np.int64)),
        "kind": label(kind, KINDS),
        "answered": flag(answered.astype(np.int8)),
        "score": Column(np.where(answered, np.choose(kind, scores), -1), "CASE WHEN {} >= 0 THEN {} END"),
    }
