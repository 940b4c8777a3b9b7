"""Textbook customer values: one formula, one churn for everybody, no uncertainty. Each says which convention it is.

The margin multiples are those of Gupta & Lehmann (2003), "Customers as assets", Journal of Interactive Marketing 17,
9-24: one margin m a period, one retention r and one discount d. They differ by when the first margin comes, and that
moves the value by as much as a third.
"""

from collections.abc import Mapping

from liftledger.domain.customer_value import Simple
from liftledger.domain.customers import Group
from liftledger.domain.estimate import NoEstimate

ORDERS = "(average order value x purchase frequency) x lifespan"
MRR = "MRR x margin / churn"
NOW, AHEAD, AT_END = "m (1 + d) / (1 + d - r)", "m r / (1 + d - r)", "m / (1 + d - r)"
CONVENTIONS: Mapping[str, str] = {
    NOW: "first margin now, the next after each renewal, discounted",
    AHEAD: "first margin one period ahead, from those who renew; the margin that acquisition brings is not in it",
    AT_END: "first margin at the end of the first period, from everybody, the next after each renewal, discounted",
}
NEVER = "of those there at a period's start nobody left in it, and who never leaves has no lifespan"


def lifespan(churn: float) -> float | NoEstimate:
    """Mean number of periods that a customer stays: 1 / churn, of a period."""
    if churn == 0:
        return NoEstimate(NEVER)
    if not 0 < churn <= 1:
        return NoEstimate(f"a churn of {churn:.4g} is no share of customers")
    return 1 / churn


def by_orders(
    group: Group, *, order_value: float, frequency: float, lifespan: float | NoEstimate, margin: float | None
) -> Simple:
    """`frequency` is orders a period, `lifespan` is in periods; without a margin the value is revenue."""
    of = "revenue" if margin is None else "margin"
    convention = f"{of} of every order of the lifespan after the first one, not discounted"
    if isinstance(lifespan, NoEstimate):
        return Simple(group, ORDERS, convention, None, lifespan.reason)
    return Simple(group, ORDERS, convention, order_value * frequency * lifespan * (1 if margin is None else margin))


def by_churn(group: Group, *, mrr: float, churn: float, margin: float | None) -> Simple:
    """`mrr` is per customer, `churn` that of a month; without a margin the value is revenue."""
    of = "revenue" if margin is None else "margin"
    convention = f"first {of} now, one churn for every customer and month, not discounted"
    stay = lifespan(churn)
    if isinstance(stay, NoEstimate):
        return Simple(group, MRR, convention, None, stay.reason)
    return Simple(group, MRR, convention, mrr * (1 if margin is None else margin) * stay)


def margin_multiples(group: Group, *, margin: float, retention: float, discount: float) -> tuple[Simple, ...]:
    """The three conventions side by side; `margin` is money, and all are of one period."""
    reason = _no_multiple(retention, discount)
    if reason:
        return tuple(Simple(group, formula, convention, None, reason) for formula, convention in CONVENTIONS.items())
    at_end = margin / (1 + discount - retention)
    values = {NOW: at_end * (1 + discount), AHEAD: at_end * retention, AT_END: at_end}
    return tuple(Simple(group, formula, convention, values[formula]) for formula, convention in CONVENTIONS.items())


def _no_multiple(retention: float, discount: float) -> str:
    if retention == 1:
        return NEVER
    if not 0 <= retention < 1:
        return f"a retention of {retention:.4g} is no share of customers"
    if discount == 0:
        return f"the discount is 0; the value without discounting is {MRR}"
    if discount < 0:
        return f"the discount is {discount:.4g}; it must be above 0"
    return ""
