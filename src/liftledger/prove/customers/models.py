"""Models of purchases, fitted to the customers of one group."""

from types import ModuleType

import msgspec

from liftledger.domain.customer_value import Model, Parameter
from liftledger.domain.customers import Group
from liftledger.domain.estimate import NoEstimate
from liftledger.engine.engine import Arrays
from liftledger.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Histories, histories_of, spending_of

DEPENDENT = 0.1  # correlation of frequency and spend from which on their independence is doubtful


class Fitted(msgspec.Struct, frozen=True):
    """What can be said of a group's purchases to come; reasons where there is no model."""

    group: Group
    histories: Histories
    columns: Arrays  # the same as the engine counted them, with `total` of the repeat purchases in minor units
    model: ModuleType  # how often they buy
    buying: Fit | NoEstimate
    spending: Fit | NoEstimate | None  # None: the base has no amount
    models: tuple[Model, ...]


def fitted(group: Group, histories: Arrays, spending: Arrays | None, *, unit: float, both: bool) -> Fitted:
    """BG/NBD, or where it has no parameters Pareto/NBD; with `both`, the other one beside it; and Gamma-Gamma.

    `unit` is what an amount's 1 is worth in major units.
    """
    found = histories_of(histories)
    customers = int(found.customers.sum())
    first = bg_nbd.fit(found)
    second = pareto_nbd.fit(found) if both or isinstance(first, NoEstimate) else None
    model, fit = (pareto_nbd, second) if isinstance(first, NoEstimate) and isinstance(second, Fit) else (bg_nbd, first)
    said = [said_of(group, bg_nbd.MODEL, first, customers)]
    if second is not None:
        said.append(said_of(group, pareto_nbd.MODEL, second, customers))
    money = None
    if spending is not None:
        amounts = spending_of(spending, unit=unit)
        money = gamma_gamma.fit(amounts)
        notes = () if isinstance(money, NoEstimate) else _doubts(gamma_gamma.dependence(amounts))
        said.append(said_of(group, gamma_gamma.MODEL, money, int(amounts.customers.sum()), notes))
    assert fit is not None
    return Fitted(group, found, histories, model, fit, money, tuple(said))


def said_of(group: Group, model: str, fit: Fit | NoEstimate, customers: int, notes: tuple[str, ...] = ()) -> Model:
    """A model in the report's words."""
    if isinstance(fit, NoEstimate):
        return Model(group, model, customers, (), None, fit.reason.removeprefix(f"{model}: "))
    errors = fit.errors
    parameters = tuple(Parameter(name, value, errors[name]) for name, value in fit.parameters.items())
    return Model(group, model, customers, parameters, fit.log_likelihood, "", notes)


def _doubts(dependence: float) -> tuple[str, ...]:
    if abs(dependence) < DEPENDENT:
        return ()
    return (
        f"Who buys more often spends {'more' if dependence > 0 else 'less'} a purchase (correlation "
        f"{dependence:.2f}); the model takes the two for independent, so values lean "
        f"{'low for frequent customers' if dependence > 0 else 'high for frequent customers'}.",
    )
