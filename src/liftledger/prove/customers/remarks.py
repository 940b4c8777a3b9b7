"""What was left out of a base, or put together, and how much: sentences."""

from collections.abc import Iterator
from decimal import Decimal

from liftledger.domain.customers import Purchases, Subscriptions
from liftledger.domain.grouping import grouped
from liftledger.domain.instant import DAY
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.subscriptions.subscribers import Counts


def of_purchases(base: Purchases, seen: Purchasers, currency: str) -> Iterator[str]:
    """Of the rows, what became of those that are no purchase of their own."""
    bought, step = seen.bought, "day" if base.grid == DAY else f"{base.grid // DAY}-day step"
    yield f"{_rows(bought.rows)} of {base.fact} made {_many(seen.purchases, 'purchase')}."
    if seen.merged:
        yield f"{_rows(seen.merged)} shared a customer's {step} with an earlier row: together they are one purchase."
    if bought.negative:
        how = "was netted within its" if bought.negative == 1 else "were each netted within its"
        yield f"{_rows(bought.negative)} below 0 {how} {step}."
    if bought.void:
        scale = base.amount.type.scale if base.amount else 0
        amount = f"{grouped(Decimal(-bought.returned).scaleb(-scale))} {currency}"
        lost = (
            f" The {amount} that was returned there is taken off what arms are measured to bring, and off nothing else."
            if bought.returned
            else ""
        )
        yield f"On {_many(bought.void, step)} rows added up to 0 or less: no purchase.{lost}"
    if bought.nobody:
        who = "is no customer" if bought.nobody == 1 else "are no customers"
        yield f"{_many(bought.nobody, base.unit)} had no purchase at all, and {who}."
    if bought.unfinished:
        yield f"{_rows(bought.unfinished)} of the last {step}, which is not over, {_is(bought.unfinished)} left out."


def of_subscriptions(base: Subscriptions, counts: Counts) -> Iterator[str]:
    """Of the rows, those that are not counted as they stand."""
    yield f"{_many(counts.subscriptions, 'subscription')} of {_many(counts.customers, base.unit)}."
    if counts.late:
        yield f"{_rows(counts.late)} left out: they start after the report's date."
    if counts.backwards:
        yield f"{_rows(counts.backwards)} left out: they end before they start."
    if counts.negative:
        yield f"{_rows(counts.negative)} left out: the amount is below 0."
    if counts.empty:
        ended = f"{_many(counts.empty, 'subscription')} ended at the instant of the start"
        yield f"{ended}: nobody pays for them, and they count as left at once."
    if counts.overlapping:
        yield (
            f"{_many(counts.overlapping, 'subscription')} started while another of the {base.unit} ran: "
            "their amounts are added up."
        )
    if counts.blank:
        yield f"{_many(counts.blank, 'subscription')} without an amount count as 0."


def _rows(count: int) -> str:
    return _many(count, "row")


def _many(count: int, noun: str) -> str:
    return f"{grouped(count)} {noun}{'' if count == 1 else 's'}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
