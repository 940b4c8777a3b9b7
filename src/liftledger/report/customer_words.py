"""Customers in words: groups, terms, and the one sentence that comes first."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Exact, Figure
from liftledger.domain.customer_value import CustomerValue, Forecast, Incremental, Revenue, Worth
from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.report import numbers
from liftledger.report.amounts import Amount, amount, money
from liftledger.report.verdict import NAMES, Verdict

AHEAD = "Modelled"  # the name of a claim about what is still to come
MODELLED = (
    "All of it is modelled and none of it measured: it lies ahead. The interval is about these very customers: "
    "it holds the errors of the models' parameters, not that of the models themselves."
)


LETTERS = "m is the margin of a month, r the share who stay for another month, d the discount of a month."
EXPECTATIONS = "These are modelled means, each for one customer's history; what customers will bring is spread wider."


class Claim(msgspec.Struct, frozen=True):
    """A line of an arm's customer value, with what it rests on."""

    verdict: Verdict
    name: str  # of the verdict, or 'Modelled'
    sentence: str
    sureness: str
    grade: str


def group_name(group: Group) -> str:
    """'everyone', 'channel = Web', 'program: personalized'."""
    parts = []
    if group.study is not None:
        parts.append(f"{numbers.label(group.study)}: {numbers.isolated(group.arm or 'blank')}")
    if group.dimension is not None:
        parts.append(f"{numbers.label(group.dimension)} = {numbers.isolated(group.value or '') or 'blank'}")
    return ", ".join(parts) or "everyone"


def stated(found: Answer, unit: str, *, difference: bool = False) -> Amount:
    """An answer as an amount."""
    return amount(Figure("", found, unit, "", {}), difference=difference)


def customers(n: int, base: CustomerValue) -> str:
    """'12 430 customers'."""
    return f"{numbers.count(n)} {numbers.plural(numbers.label(base.unit), n)}"


def basis(base: CustomerValue) -> str:
    """'at a gross margin of 40%', or what it means that there is none."""
    if base.margin is None:
        return "as revenue, without any cost taken off"
    return f"at a gross margin of {numbers.percent(base.margin, 0 if base.margin * 100 % 1 == 0 else 1)}"


def over(base: CustomerValue) -> str:
    """'over the next 365 days'."""
    return f"over the next {numbers.duration(base.horizon_days)}"


def worth_of(base: CustomerValue) -> Worth | None:
    """What everybody together is worth; None where it was not valued."""
    return next((found for found in base.worth if found.group == EVERYBODY), None)


def revenue_of(base: CustomerValue) -> Revenue | None:
    """Revenue retention of everybody together."""
    return next((found for found in base.revenue if found.group == EVERYBODY), None)


def spread(base: CustomerValue, currency: str) -> str:
    """Below which values half of the customers and nearly all of them are; empty where it is not known."""
    found = base.distribution
    if found is None:
        return ""
    most = dict(zip(found.share, found.value, strict=True))
    half, many, nearly = (money(most[share], currency) for share in (0.5, 0.9, 0.99))
    who = numbers.plural(numbers.label(base.unit))
    return (
        f"Half of the {who} are expected to bring at most {half} {currency} each, 90% at most {many}, and 99% at most "
        f"{nearly}. {EXPECTATIONS}"
    )


def lead(base: CustomerValue, currency: str) -> str:
    """How many customers there are, and what one is expected to bring."""
    found = worth_of(base)
    start = f"{numbers.capital(customers(base.customers, base))} {'has' if base.customers == 1 else 'have'}"
    kind = "bought" if base.kind == "purchases" else "subscribed"
    if base.customers == 0:
        return f"No {numbers.label(base.unit)} has {kind} so far."
    counted = f"{start} {kind} so far."
    if found is None:
        return f"{counted} What one is worth was not worked out."
    if isinstance(found.value, NoEstimate):
        return f"{counted} What one is worth cannot be said: {_reason(found.value)}."
    said = stated(found.value, currency)
    verb = "cost" if found.value.value < 0 else "bring"
    one = "one"
    if base.kind == "subscriptions":
        counted, one = f"{counted} {numbers.count(found.customers)} of them subscribe now.", "one of these"
    sort = "in revenue" if base.margin is None else "in gross margin"
    much = said.text.removeprefix(numbers.MINUS)
    return f"{counted} On average, {one} is expected to {verb} {much} {sort} {over(base)}."


def sureness(base: CustomerValue, currency: str, confidence: float) -> str:
    """The interval of the first sentence, on what it is counted, and what part of it is modelled."""
    found = worth_of(base)
    if found is None or isinstance(found.value, NoEstimate):
        return ""
    said = stated(found.value, currency)
    level = numbers.confidence(confidence)
    return f"{level} interval: {said.range} {currency}. Counted {basis(base)}, {discounted(base)}. {MODELLED}"


def discounted(base: CustomerValue) -> str:
    """'discounted at 10% a year'."""
    return f"discounted at {numbers.percent(base.discount, 0 if base.discount * 100 % 1 == 0 else 1)} a year"


def terms(base: CustomerValue) -> str:
    """What the values rest on: 'Over 365 days, discounted at 10% a year, at a gross margin of 40%.'"""
    told = [f"From fact {numbers.label(base.fact)}", f"valued over {numbers.duration(base.horizon_days)}"]
    told += [discounted(base), basis(base)]
    if base.grid_days is not None:
        step = "a day" if base.grid_days == 1 else numbers.duration(base.grid_days)
        told.append(f"what one {numbers.label(base.unit)} buys within {step} is one purchase")
    return f"{'; '.join(told)}."


def kind(base: CustomerValue) -> str:
    """What sort of base it is, for its kicker."""
    if base.kind == "purchases":
        return f"customers who buy when they like, by {numbers.label(base.unit)}"
    return f"customers who subscribe, by {numbers.label(base.unit)}"


def claims(found: Incremental, base: CustomerValue, currency: str, confidence: float) -> tuple[Claim, Claim]:
    """What an arm's customers brought more than control's, and what they are expected to bring on top; never added."""
    unit, level = f"{currency} per {numbers.label(base.unit)}", numbers.confidence(confidence)
    arm = f"{numbers.isolated(found.arm)} of {numbers.label(found.study)}"

    def claim(answer: Answer, head: str, grade: str, truth: float | None, *, modelled: bool) -> Claim:
        if isinstance(answer, NoEstimate):
            return Claim(Verdict.SILENT, NAMES[Verdict.SILENT], f"{head}: none, {_reason(answer)}.", "", grade)
        said = stated(answer, currency, difference=True)
        verdict = _verdict(answer)
        told = f"{head}: {said.number} {unit}."
        extra = " Its interval holds 0: not proven." if modelled and verdict is Verdict.UNPROVEN else ""
        sure = f"{level} interval: {said.range} {currency}.{extra}{true_effect(answer, truth, currency)}"
        return Claim(Verdict.OBSERVED, AHEAD, told, sure, grade) if modelled else Claim(
            verdict, NAMES[verdict], told, sure, grade
        )  # fmt: skip

    of, truths = f"{arm} against control", (found.observed_truth, found.modelled_truth)
    return (
        claim(found.observed, f"Measured so far, {of}", found.observed_grade, truths[0], modelled=False),
        claim(found.modelled, f"Modelled from then on, {of}", found.modelled_grade, truths[1], modelled=True),
    )


def true_effect(answer: Interval, truth: float | None, currency: str) -> str:
    """' True effect: -27.59 USD, in the interval.'; empty where it is not known."""
    if truth is None:
        return ""
    where = "in" if answer.low <= truth <= answer.high else "outside"
    said = amount(Figure("", Exact(truth), currency, "", {}), difference=True)
    return f" True effect: {said.text}, {where} the interval."


def continued(base: CustomerValue) -> Iterator[str]:
    """What the intervals of the modelled claims hold, where there are any."""
    if any(isinstance(found.modelled, Interval) for found in base.incremental):
        yield (
            f"The interval of what is modelled holds that other {numbers.plural(numbers.label(base.unit))} might have "
            "come, and made other parameters of the models; it does not hold that the models may be wrong."
        )


def forecast_sentence(found: Forecast, base: CustomerValue) -> str:
    """How a forecast did."""
    return (
        f"{found.model}, fitted on what was known by {found.until}, expected {numbers.fixed(found.expected, 0)} "
        f"purchases afterwards of the {customers(found.customers, base)} known by then; "
        f"{numbers.count(found.observed)} came."
    )


def _verdict(found: Interval) -> Verdict:
    if found.low <= 0 <= found.high:
        return Verdict.UNPROVEN
    return Verdict.BETTER if found.low > 0 else Verdict.WORSE


def _reason(found: NoEstimate) -> str:
    return found.reason.strip().rstrip(".")
