"""A plan: a case before anything is measured."""

import msgspec

from liftledger.domain.value import Value


class Plan(msgspec.Struct, frozen=True):
    """What a plan file says; every line of `value` is assumed."""

    company: str
    currency: str
    value: Value
    as_of: int  # microseconds since 1970
    confidence: float = 0.95
    description: str = ""
