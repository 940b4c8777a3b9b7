"""What a 5% better retention is worth, by the company's own customers."""

from collections.abc import Iterator

from liftledger.domain.cash import Extra, Figure
from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.evidence.worth import everybody
from liftledger.finance.figure import scaled
from liftledger.finance.formulas import better_retention as formula
from liftledger.finance.formulas.intervention import pooled
from liftledger.finance.tables.ground import Ground, Number, id_of, margin_of

NAME = "better_retention"
RELATIVE = (
    "5% relative, on annual retention, and at most 100%. One retention for every customer and year, for ever: the "
    "textbook's. It says what the lever is worth, not that anything moves it."
)
YEAR = 365


def better_retention(ground: Ground) -> Extra | None:
    """Of each customer base."""
    found = tuple(figure for base in ground.customers for figure in _figures(ground, base))
    return Extra(NAME, "What a 5% better retention is worth", (RELATIVE,), found) if found else None


def _figures(ground: Ground, base: CustomerValue) -> Iterator[Figure]:
    def own(key: str) -> str:
        return id_of(NAME, f"{base.base}.{key}")

    def figure(key: str, answer: Number, unit: str, words: str, inputs: dict[str, float | str | None]) -> Figure:
        return ground.figure(NAME, f"{base.base}.{key}", answer, unit, words, inputs)

    each, discount = f"{ground.currency} per {base.unit}", float(ground.value.discount)
    held, how = _retention(base, ground.confidence)
    margin, pays = _margin(base)
    none = next((one for one in (margin, held) if isinstance(one, NoEstimate)), None)
    gain: Number = none or NoEstimate("")
    better: Number = held if isinstance(held, NoEstimate) else formula.better(held.value)
    if none is None:
        assert isinstance(margin, float) and isinstance(held, Interval)
        gain = formula.gain(margin, held, discount, confidence=ground.confidence)
    there = _there(base)
    total: Number = NoEstimate("there are no customers now")
    if isinstance(gain, NoEstimate):
        total = gain
    elif there:
        assert isinstance(gain, Interval)
        total = scaled(gain, there)
    worth = "m r / (1 + d - r)"
    yield figure("retention", held, "share per year", how, {})
    yield figure("better", better, "share per year", "retention x 1.05, at most 1", {"retention": own("retention")})
    yield figure("margin", margin, f"{each} per year", pays, {"margin": base.margin})
    yield figure(
        "gain",
        gain,
        each,
        f"{worth} with the better retention - with that of today: m margin a year, r retention, d discount; the "
        "interval is that of the retention (delta method)",
        {"m": own("margin"), "r": own("retention"), "better r": own("better"), "d": discount},
    )
    yield figure(
        "total", total, ground.currency, "gain x customers of now", {"gain": own("gain"), "customers": there or None}
    )


def _retention(base: CustomerValue, confidence: float) -> tuple[Interval | NoEstimate, str]:
    """Annual, with how it was found."""
    years = [one for one in base.kept if one.period == "year" and one.starting]
    if years:
        starting, ending = sum(one.starting for one in years), sum(one.ending for one in years)
        return pooled(ending, starting, confidence=confidence), "of all whole years: there at the ends / at the starts"
    if base.kind != "subscriptions":
        return NoEstimate("no whole year was observed, and who did not buy for a month may still be a customer"), ""
    months = [one for one in base.kept if one.period == "month"]
    starting, ending = sum(one.starting for one in months), sum(one.ending for one in months)
    monthly = pooled(ending, starting, confidence=confidence)
    if isinstance(monthly, NoEstimate):
        return monthly, ""
    return formula.yearly(monthly, confidence=confidence), "monthly retention^12: no whole year was observed"


def _margin(base: CustomerValue) -> tuple[Number, str]:
    """Of a year, with how it was found."""
    share = margin_of(base)
    if isinstance(share, NoEstimate):
        return share, ""
    if base.kind == "subscriptions":
        found = everybody(base)
        pays = None if found is None else found.spend
        if isinstance(pays, Interval):
            return pays.value * share * 12, "12 x money a month of who is a customer now x margin"
        return pays or NoEstimate("nothing is known of what they pay"), ""
    ways = next((one for one in base.behaviour if one.group == EVERYBODY), None)
    if ways is None:
        return NoEstimate("nothing is known of how they buy"), ""
    for one in (ways.order_value, ways.frequency):
        if isinstance(one, NoEstimate):
            return one, ""
    assert isinstance(ways.order_value, Interval) and isinstance(ways.frequency, Interval)
    yearly = ways.order_value.value * ways.frequency.value * YEAR / 30
    return yearly * share, "order value x purchases in 30 days x 365 / 30 x margin"


def _there(base: CustomerValue) -> float:
    """Customers now: those subscribed, or of those who buy the expected number of who has not left."""
    found = everybody(base)
    if found is None:
        return 0.0
    if base.kind == "subscriptions":
        return float(found.customers)
    return found.customers * found.alive.value if isinstance(found.alive, Interval) else 0.0
