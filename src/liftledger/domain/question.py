"""The questions that a report answers first: is value reached faster, are tickets avoided, do accounts expand."""

from typing import Literal

import msgspec

Topic = Literal["time_to_value", "tickets", "expansion"]


class Question(msgspec.Struct, frozen=True):
    """Which metric of which study answers it, in which arm."""

    topic: Topic
    study: str
    metric: str
    arm: str  # against the study's control
    maturity: str | None = None  # dimension: maturity of the self-model at the unit's start
    funnel: tuple[str, ...] = ()  # metrics of the study, from wide to narrow
