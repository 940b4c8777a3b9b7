"""The terms on which subscriptions are valued, by the month."""

from liftledger.domain.customers import Subscriptions
from liftledger.domain.instant import DAY

MONTH = 365 * DAY // 12


def months_ahead(base: Subscriptions) -> int:
    """Whole months of the horizon."""
    return base.terms.horizon // MONTH


def discount(base: Subscriptions) -> float:
    """Of a month, effective."""
    return float((1 + base.terms.discount) ** (1 / 12)) - 1


def margin(base: Subscriptions) -> float:
    """What is left of an amount's 1; where no margin is declared, all of it."""
    return 1.0 if base.terms.margin is None else base.terms.margin
