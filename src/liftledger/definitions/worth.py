"""What one more of a metric is worth: an amount, one for each category, or what a customer is worth."""

from collections.abc import Mapping

import msgspec

from liftledger.definitions.comparison import Comparison
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.domain.customers import Base
from liftledger.domain.metric import Metric
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.value import CustomerWorth

CUSTOMERS = "customers"  # key of a worth that is read off a base
QUOTIENTS = ("mean", "ratio", "repeat")  # kinds that are not per unit
SHARES = ("conversion", "retention", "time_to")  # kinds whose effect is so many units more


class Bases(msgspec.Struct, frozen=True):
    """Customer bases that a worth can be read off; `names` are of those with mistakes too."""

    found: Mapping[str, Base]
    names: list[str]
    acquisition: bool  # whether it is said what new customers cost


def categories(line: Record) -> Record | None:
    """The worth of each category, where it is written so."""
    worth = line.get("worth")
    return worth if isinstance(worth, Record) and CUSTOMERS not in worth.spots else None


def customer_worth(line: Record) -> CustomerWorth | None:
    """The base and what is taken from it, where it is written so and without mistakes of form."""
    worth = line.get("worth")
    if not isinstance(worth, Record) or CUSTOMERS not in worth or "as" not in worth:
        return None
    return CustomerWorth(worth[CUSTOMERS], worth["as"])


def check_worth(line: Record, metric: Metric, currency: str) -> None:
    """Money metrics are worth themselves, and others need to be told."""
    value = metric.numerator.value
    if metric.kind in QUOTIENTS or (metric.kind == "sum" and value is None):
        return  # refused elsewhere
    money = value is not None and value.type.name == "money" and value.type.currency == currency
    if money and line.has("worth"):
        line.refuse("worth", f": '{metric.name}' is money, which is worth itself", "remove it")
    elif not money and not line.has("worth"):
        better = "one more of it" if metric.better == "higher" else "one fewer of it"
        reached = {"time_to": "one more unit that gets there", "retention": "one more unit that stays"}
        more = reached.get(metric.kind, better)
        cure = f"say what {more} is worth, such as `worth: 12.50`"
        line.refuse(None, f": 'worth' is missing, and '{metric.name}' is not in {currency}", cure)
    elif (worth := categories(line)) is not None:
        _check_categories(line, worth, metric, currency)


def _check_categories(line: Record, worth: Record, metric: Metric, currency: str) -> None:
    if not worth.written:
        line.refuse("worth", ": there are no categories", "write such as {billing: 12.50, bug: 30}")
    if metric.kind not in ("rate", "count"):
        cure = "write one amount"
        line.refuse("worth", f": '{metric.name}' is a {metric.kind}; only rows have a category each", cure)
    elif metric.by is None:
        cure = f"add the column that does to metrics.{metric.name}, such as `by: category`; or write one amount"
        line.refuse("worth", f": nothing says which category a row of '{metric.name}' has", cure)
    digits = MINOR_DIGITS.get(currency, 2)
    for category in worth:
        if worth[category] != round(worth[category], digits):
            worth.refuse(category, f" is {worth[category]}, and {currency} has {digits} digits", "round it")
    for category, beside in worth.beside.items():
        if beside.has("low") or beside.has("high"):
            cure = "remove them, or write one amount with its range for all categories"
            worth.refuse(category, ": it has a range, and rows are counted at one worth", cure)


def check_customers(line: Record, compared: Comparison, bases: Bases) -> None:
    """A worth that is read off a base is that of one customer of it, at its own margin."""
    worth, metric = line.get("worth"), compared.metric
    if not isinstance(worth, Record) or CUSTOMERS not in worth.spots:
        return
    _check_kind(line, metric)
    name = worth.get(CUSTOMERS)
    if name is not None and name not in bases.names:
        cure = instead(name, bases.names, "the bases are") or "declare it under customers"
        worth.refuse(CUSTOMERS, f": there is no customer base '{name}'", cure)
    base = bases.found.get(name or "")
    if base is not None and base.unit != compared.study.unit:
        found = (
            f": a customer of '{name}' is of kind '{base.unit}', and the units of the study are '{compared.study.unit}'"
        )
        worth.refuse(CUSTOMERS, found, f"name a study of '{base.unit}', or a base of '{compared.study.unit}'")
    if worth.get("as") == "replacement":
        _check_replacement(line, worth, bases)
    elif base is not None and "as" in worth:
        _check_lifetime(line, worth, base)


def _check_kind(line: Record, metric: Metric) -> None:
    if metric.kind not in SHARES:
        cure = "price a conversion, a retention or a time_to, or write an amount"
        line.refuse("worth", f": '{metric.name}' is a {metric.kind}, and its effect is not in customers", cure)


def _check_replacement(line: Record, worth: Record, bases: Bases) -> None:
    if not bases.acquisition:
        cure = "add such as `acquisition: {spend: 900000, customers: 120, revenue: 800}` to value"
        worth.refuse("as", " is 'replacement', and nothing says what a new customer costs", cure)
    if line.get("basis", "saving") != "saving":
        cure = "write `basis: saving`"
        line.refuse("basis", f" is '{line['basis']}', and what is not spent on a new customer is a saving", cure)


def _check_lifetime(line: Record, worth: Record, base: Base) -> None:
    if base.amount is None:
        cure = f"add what was paid to customers.{base.name}, such as `amount: total`"
        worth.refuse(CUSTOMERS, f": '{base.name}' has no amount, so that its customers have no value", cure)
        return
    margin = base.terms.margin is not None
    right, held = ("margin", "at its margin") if margin else ("revenue", "revenue, without a margin")
    if line.get("basis", right) != right:
        found = f" is '{line['basis']}', and the value of a customer of '{base.name}' is {held}"
        line.refuse("basis", found, f"write `basis: {right}`")
