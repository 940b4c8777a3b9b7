"""Customer bases: whose purchases, or whose subscriptions, are followed and valued."""

import msgspec

from liftledger.domain.expression import Expression
from liftledger.domain.instant import DAY


class Terms(msgspec.Struct, frozen=True):
    """What turns purchases and subscriptions into value."""

    margin: float | None  # gross margin, a share of revenue; None: values are revenue, and say so
    discount: float  # a year, effective
    horizon: int  # how far ahead customers are valued, microseconds


class Purchases(msgspec.Struct, frozen=True, tag="purchases"):
    """Non-contractual: a customer buys when they like, and nobody is told when they have left.

    Rows of one customer within one step of the grid are one purchase; a step's rows that sum to 0 or less are none.
    """

    name: str
    fact: str
    unit: str
    amount: Expression | None  # money; None: purchases are counted, not valued
    terms: Terms
    where: Expression | None = None  # rows that are purchases
    category: str | None = None  # a text column of the fact: what was bought
    grid: int = DAY  # whole days
    dimensions: tuple[str, ...] = ()


class Subscriptions(msgspec.Struct, frozen=True, tag="subscriptions"):
    """Contractual: a row a subscription; it starts at the fact's time and goes on until it ends.

    A customer's monthly recurring revenue (MRR) at an instant is the sum over their subscriptions that run then.
    """

    name: str
    fact: str
    unit: str
    ends: str  # a time column of the fact, blank while the subscription goes on
    amount: Expression  # money a month
    terms: Terms
    where: Expression | None = None
    plan: str | None = None  # a text column of the fact
    dimensions: tuple[str, ...] = ()


Base = Purchases | Subscriptions


class Group(msgspec.Struct, frozen=True):
    """Customers who are looked at together: all, those with a value of a dimension, or those in a study's arm."""

    dimension: str | None = None
    value: str | None = None  # '' where blank
    study: str | None = None
    arm: str | None = None


EVERYBODY = Group()
