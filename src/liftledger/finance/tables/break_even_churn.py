"""Break-even churn: how many fewer customers must leave for the program to pay, by the company's own numbers."""

import math
from collections.abc import Iterator

from liftledger.domain.cash import Exact, Extra, Figure
from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.evidence.worth import everybody
from liftledger.finance.formulas import churn as formula
from liftledger.finance.formulas.intervention import pooled
from liftledger.finance.tables.ground import Ground, Number, id_of, margin_of

NAME = "break_even_churn"
ONE_CHURN = (
    "One churn for every customer and month, for ever, and all costs of the case on those who are customers now: a "
    "yardstick for claims such as «15 to 20% less churn breaks even», not a forecast. Who has stayed for long leaves "
    "less often than this."
)


def break_even_churn(ground: Ground) -> Extra | None:
    """Of each base of subscriptions: of who just buys nobody knows when they left."""
    found = tuple(
        figure for base in ground.customers if base.kind == "subscriptions" for figure in _figures(ground, base)
    )
    return Extra(NAME, "Break-even churn", (ONE_CHURN,), found) if found else None


def _figures(ground: Ground, base: CustomerValue) -> Iterator[Figure]:
    def own(key: str) -> str:
        return id_of(NAME, f"{base.base}.{key}")

    def figure(key: str, answer: Number, unit: str, words: str, inputs: dict[str, float | str | None]) -> Figure:
        return ground.figure(NAME, f"{base.base}.{key}", answer, unit, words, inputs)

    each = f"{ground.currency} per {base.unit}"
    margin, churn, spend = _margin(base), _churn(base, ground.confidence), _spend(ground, base)
    found, worth, less = _solved(ground, margin, churn, spend)
    pays, there = everybody(base), "customers"
    yield figure(
        "margin",
        margin,
        f"{each} per month",
        "money a month of who is a customer now x margin",
        {
            "money a month": pays.spend.value if pays and isinstance(pays.spend, Interval) else None,
            "margin": base.margin,
        },
    )
    yield figure("churn", churn, "share per month", "of all whole months: 1 - there at the ends / at the starts", {})
    yield figure(
        "worth",
        worth,
        each,
        "m (1 - c) / (d + c): present value of a customer with margin m a month, churn c and discount d",
        {"m": own("margin"), "c": own("churn"), "d": ground.monthly},
    )
    yield figure(
        "spend",
        spend,
        each,
        f"present value of all costs of the case / {there}",
        {
            **{cost.name: cost.present_value.id for cost in ground.money.costs},
            there: None if pays is None else float(pays.customers),
        },
    )
    yield figure(
        "break_even",
        found,
        "share per month",
        "c* = (m - V d) / (m + V), where V = worth + spend: the churn at which a customer is worth that much more; the "
        "interval is that of the churn",
        {"m": own("margin"), "worth": own("worth"), "spend": own("spend"), "d": ground.monthly},
    )
    yield figure(
        "reduction",
        less,
        "share",
        "1 - c* / c: by so much churn must fall for the costs to come back; the interval is that of the churn",
        {"c*": own("break_even"), "c": own("churn")},
    )


def _solved(ground: Ground, margin: Number, churn: Number, spend: Number) -> tuple[Number, Number, Number]:
    """Break-even churn, worth of a customer, and reduction; or why there are none."""
    none = next((one for one in (margin, churn, spend) if isinstance(one, NoEstimate)), None)
    if none is not None:
        return none, none, none
    assert isinstance(margin, float) and isinstance(churn, Interval) and isinstance(spend, float)
    if churn.value <= 0:
        none = NoEstimate("nobody left, so there is no churn to reduce")
        return none, none, none
    worth = formula.worth(margin, churn.value, ground.monthly)
    found = formula.break_even_of(margin, churn, ground.monthly, spend, confidence=ground.confidence)
    if isinstance(found, NoEstimate):
        return found, worth, found
    return found, worth, formula.reduction(churn, found, confidence=ground.confidence)


def _margin(base: CustomerValue) -> Number:
    found, share = everybody(base), margin_of(base)
    if isinstance(share, NoEstimate):
        return share
    if found is None or found.spend is None:
        return NoEstimate("nothing is known of what they pay")
    if isinstance(found.spend, NoEstimate):
        return found.spend
    return found.spend.value * share


def _churn(base: CustomerValue, confidence: float) -> Interval | NoEstimate:
    months = [one for one in base.kept if one.period == "month"]
    starting = sum(one.starting for one in months)
    return pooled(starting - sum(one.ending for one in months), starting, confidence=confidence)


def _spend(ground: Ground, base: CustomerValue) -> float | NoEstimate:
    found = everybody(base)
    if found is None or not found.customers:
        return NoEstimate("there are no customers now")
    costs = [cost.present_value.answer for cost in ground.money.costs]
    known = [one.value for one in costs if isinstance(one, Exact | Interval)]
    if len(known) < len(costs):
        return next(one for one in costs if isinstance(one, NoEstimate))
    return math.fsum(known) / found.customers
