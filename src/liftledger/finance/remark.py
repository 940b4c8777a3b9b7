"""Remarks: what the reader of a case must mind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from liftledger.finance.figure import text
from liftledger.finance.price import Price

Why = tuple[str, ...]  # sentences

WHOLE = "the whole measured effect is expected to hold in the roll-out (realisation 100 %): nobody has declared less."
THIRTY_DAYS = "a month of the cash-flow counts as 30 days."
SKEWED = "the effect's own interval is corrected for skew, and the net present value's is normal."
WIDE, NARROW = 100, 1 / 1000  # sd of a prior over the estimate's standard error, beyond which it looks mistaken


def of_line(price: Price) -> Why:
    """What to mind of a line that is priced."""
    return (*_unshrunk([price]), *_of_pricing(price))


def of_case(prices: Sequence[Price], left_out: Mapping[str, Why]) -> Why:
    """What is left out, by line with its reasons; what is unshrunk; what is to mind, once with the lines it is of."""
    lines: dict[str, list[str]] = {}
    for price in prices:
        for remark in _of_pricing(price):
            lines.setdefault(remark, []).append(price.line.name)
    return (
        *(f"line {name} is not priced and counts as nothing: {joined(why)}." for name, why in left_out.items()),
        *_unshrunk(prices),
        *(f"in {', '.join(names)}: {remark}" for remark, names in lines.items()),
    )


def nothing_priced(left_out: Mapping[str, Why]) -> str:
    """Why there is no cash-flow at all."""
    if not left_out:
        return "no benefit line is declared"
    return f"no line is priced: {'; '.join(f'{name}: {joined(why)}' for name, why in left_out.items())}"


def joined(why: Why) -> str:
    """Several sentences as one, without its end."""
    return "; ".join(reason.removesuffix(".") for reason in why)


def _unshrunk(prices: Iterable[Price]) -> Iterator[str]:
    metrics = dict.fromkeys(price.measured.metric.metric for price in prices if price.prior is None)
    if metrics:
        yield f"unshrunk: no prior is declared for {', '.join(metrics)}."


def _of_pricing(price: Price) -> Iterator[str]:
    yield from _prior_off_scale(price)
    if price.line.realisation is None:
        yield WHOLE
    if price.prior is None and price.measured.priced.method.endswith("-skew"):
        yield SKEWED
    if price.line.per == "unit-month":
        yield THIRTY_DAYS
    yield from price.measured.cautions


def _prior_off_scale(price: Price) -> Iterator[str]:
    """A prior so wide that it changes nothing, or so narrow that the measurement does: mostly a slip of units."""
    prior, se, metric = price.prior, price.raw.se, price.measured.metric
    if prior is None or se == 0:
        return
    if prior.sd > WIDE * se:
        compared, effect = "more than 100 times", "it shrinks nothing"
    elif prior.sd < NARROW * se:
        compared, effect = "less than a thousandth of", "the measurement counts as nothing"
    else:
        return
    yield (
        f"the sd of the prior of {metric.metric}, {text(prior.sd)}, is {compared} the estimate's standard error, "
        f"{se:.3g}: {effect}. Is it in the metric's unit, {metric.unit}?"
    )
