"""Worth that nobody declares as a number: what a customer who stays is worth, or what winning another would cost."""

import math
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from liftledger.domain.customer_value import CustomerValue, Worth
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.domain.value import Acquisition, CustomerWorth, Given, Line
from liftledger.domain.workings import Input
from liftledger.finance.figure import text
from liftledger.finance.formulas.acquisition import cac
from liftledger.finance.formulas.npv import monthly_rate

SPENDING = "Gamma-Gamma"  # the model of what is spent; of the others one says how long or how often
LEAST, MOST = 0.05, 0.9999  # share that may be left after a month: powers of it stay numbers
REPLACEMENT = "money.extras.cac_payback.cac"
SPENT = "spend / new customers, as declared under acquisition"
ONE_FOR_ONE = (
    "each customer who stays counts as one who need not be won anew: that holds where every lost customer is replaced."
)


class Course(msgspec.Struct, frozen=True):
    """When a customer's worth is earned: `first` of it a month after they stay, and of that each month `stays` is left.

    One rate for all of the time, such that all of it together has the present value of the worth.
    """

    first: float
    stays: float


class Derived(msgspec.Struct, frozen=True):
    """What one more of the metric is worth, with the figure that says so."""

    answer: Interval | float | NoEstimate
    id: str
    words: str  # where it comes from
    given: Given | None = None  # of what was declared, with its range
    course: Course | None = None  # of a lifetime; what replacing one would cost is saved at once

    @property
    def se(self) -> float | None:
        return self.answer.se if isinstance(self.answer, Interval) else None


def derived(wanted: CustomerWorth, base: CustomerValue | None, acquisition: Acquisition | None) -> Derived:
    """Of the named base; None where nothing is said of it."""
    if wanted.value == "replacement":
        if acquisition is None:
            cost: float | NoEstimate = NoEstimate("no acquisition is declared")
        else:
            cost = cac(float(acquisition.spend), float(acquisition.customers))
        return Derived(cost, REPLACEMENT, SPENT, _given(acquisition))
    found = None if base is None else everybody(base)
    if base is None or found is None:
        return Derived(NoEstimate(f"nothing is known of {wanted.base}"), lifetime_id(wanted.base), "")
    value = lifetime(found)
    course = None if isinstance(value, NoEstimate) or value.value <= 0 else _course(base, found, value.value)
    return Derived(value, lifetime_id(base.base), f"modelled: {words(base)}", course=course)


def _course(base: CustomerValue, found: Worth, value: float) -> Course:
    """What a subscriber pays in a month now is the first part; of who buys, an equal part of all months is.

    With the discount d of a month, a first amount m that falls to a share r of itself each month is worth
    m / (1 + d - r); so r = 1 + d - m / worth.
    """
    discount = monthly_rate(base.discount)
    if base.kind == "subscriptions" and isinstance(found.spend, Interval):
        first = found.spend.value * (1.0 if base.margin is None else base.margin) / value
    else:
        months = max(base.horizon_days * 12 / 365, 1.0)
        first = 1 / math.fsum((1 + discount) ** -month for month in range(1, round(months) + 1))
    stays = min(max(1 + discount - first, LEAST), MOST)
    return Course(1 + discount - stays, stays)


def resolved(line: Line, worth: Derived) -> Line:
    """The line with its worth as a number; a modelled one is an assumption, though it carries its own error."""
    match worth.answer:
        case NoEstimate():
            return line
        case Interval(value=value):
            number = value
        case float() as number:
            pass
    given = worth.given or Given(note=worth.words)
    return msgspec.structs.replace(line, worth=Decimal(text(number)), given={**line.given, "worth": given})


def _given(acquisition: Acquisition | None) -> Given | None:
    """Where spend / customers comes from: dearest where most is spent on the fewest."""
    if acquisition is None:
        return None
    spend, customers = (acquisition.given.get(name, Given()) for name in ("spend", "customers"))
    low, high = (
        (most or acquisition.spend) / (fewest or acquisition.customers)
        for most, fewest in ((spend.low, customers.high), (spend.high, customers.low))
    )
    ranges = any(one is not None for given in (spend, customers) for one in (given.low, given.high))
    return msgspec.structs.replace(
        spend, low=low if ranges else None, high=high if ranges else None, note=spend.note or SPENT
    )


def drawn(worth: Input, found: Derived | None) -> Input:
    """The input of a line's worth, drawn with the error of what it was read off."""
    if found is None:
        return worth
    return msgspec.structs.replace(worth, sd=found.se or None, evidence=found.id)


def refusals(line: Line, worth: Derived, base: CustomerValue | None) -> Iterator[str]:
    """Why a worth that is read off must not price the line."""
    if isinstance(worth.answer, NoEstimate):
        yield f"its worth cannot be given: {worth.answer.reason.removesuffix('.')}."
        return
    if line.worth_from is None or line.worth_from.value == "replacement":
        if line.basis == "revenue":
            yield "its worth is a cost that is saved, of which no margin is taken: write `basis: saving`."
    elif base is not None and base.margin is None and line.basis != "revenue":
        yield f"customers of {base.base} are valued at revenue, not at a margin: write `basis: revenue`."
    elif base is not None and base.margin is not None and line.basis == "revenue":
        yield f"customers of {base.base} are valued at a margin, which must not be taken twice: write `basis: margin`."
    number = worth.answer.value if isinstance(worth.answer, Interval) else worth.answer
    if number <= 0:
        yield "its worth is not above 0."


def cautions(line: Line, worth: Derived) -> Iterator[str]:
    """What to mind of a worth that is read off."""
    if line.worth_from is None or isinstance(worth.answer, NoEstimate):
        return
    if line.worth_from.value == "replacement":
        yield ONE_FOR_ONE
    elif worth.course is not None:
        first, left = worth.course.first, worth.course.stays
        yield (
            f"its worth is {worth.words}; it counts month by month as it is earned, {first * 100:.3g} % of it a month "
            f"after the customer stays and each month {left * 100:.3g} % of the month before, and what comes after the "
            "last month of the case does not count."
        )


def everybody(base: CustomerValue) -> Worth | None:
    """What is said of all customers of a base."""
    return next((one for one in base.worth if one.group == EVERYBODY), None)


def lifetime(found: Worth) -> Answer:
    """What a customer of a group is worth, for customers like them; of purchases, for these very customers."""
    return found.value if found.alike is None else found.alike


def lifetime_id(base: str) -> str:
    """Of the figure that says what a customer of the base is worth."""
    return f"money.extras.customers.{base}.lifetime"


def words(base: CustomerValue) -> str:
    """How the value of a customer came about."""
    of = "revenue" if base.margin is None else "margin"
    return (
        f"the {of} of a customer of {base.base} from now on, expected{_by(base)} over {base.horizon_days:g} days and "
        f"discounted at {base.discount * 100:g}% a year"
    )


def _by(base: CustomerValue) -> str:
    """The models that everybody's value rests on: how long or how often, and what is spent."""
    fits = list(dict.fromkeys(one.model for one in base.models if one.group == EVERYBODY and one.parameters))
    staying, spending = ([name for name in fits if (name == SPENDING) is its] for its in (False, True))
    return f" by {' and '.join([*staying[:1], *spending])}" if staying else ""
