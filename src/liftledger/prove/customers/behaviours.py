"""How groups of customers buy, from exact sums by customer."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from liftledger.domain.customer_value import Behaviour
from liftledger.domain.customers import Group, Purchases
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.moments import Sums
from liftledger.engine.purchasing.concentration import Top
from liftledger.prove.customers.worth import NO_AMOUNT
from liftledger.stats import behaviour
from liftledger.stats.concentration import top_share

TOP = 20  # percent of customers
NO_CATEGORY = NoEstimate("the base declares no category")


def behaviours(
    base: Purchases,
    found: Mapping[Group, Sums],
    tops: Mapping[Group, tuple[Top, ...]],
    *,
    unit: Fraction,
    confidence: float,
) -> Iterator[Behaviour]:
    """One of each group; `unit` is what an amount's 1 is worth in major units."""
    for group, sums in found.items():
        spent = base.amount is not None
        yield Behaviour(
            group=group,
            customers=sums.n,
            purchases=sums.total("purchases"),
            order_value=behaviour.order_value(sums, unit, confidence=confidence) if spent else NoEstimate(NO_AMOUNT),
            frequency=behaviour.frequency(sums, base.grid, confidence=confidence),
            repeat_rate=behaviour.repeat_rate(sums, confidence=confidence),
            gap_days=behaviour.gap_days(sums, base.grid, confidence=confidence),
            categories=behaviour.categories(sums, confidence=confidence) if base.category else NO_CATEGORY,
            top_share=_top_share(sums, tops.get(group, ()), confidence) if spent else NoEstimate(NO_AMOUNT),
        )


def _top_share(sums: Sums, tops: tuple[Top, ...], confidence: float) -> Answer:
    top = next((one for one in tops if one.share == TOP), None)
    if top is None:
        return NoEstimate("there are no customers")
    return top_share(sums, "revenue", top, confidence=confidence)
