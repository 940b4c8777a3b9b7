"""Purchase histories: what the models of `lifetime` are fitted on, each distinct one once with its customers."""

from liftledger.domain.customers import Group
from liftledger.engine.engine import Arrays, Engine
from liftledger.engine.purchasing.groups import arrays_of, of_whole
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import integer
from liftledger.engine.template import fill


def histories(engine: Engine, purchasers: Purchasers) -> dict[Group, Arrays]:
    """Of each group the columns `repeats`, `last`, `observed`, `customers` and `total`; times are in steps of the grid.

    `total` is the revenue of the repeat purchases of all customers with the history, in minor units.

    `last` is the time from a customer's first purchase to the last one, `observed` that to the last step that was
    observed. A group without customers has columns of no length.
    """
    return arrays_of(
        engine,
        "purchase histories",
        purchasers,
        lambda keys: fill(
            "purchase_histories", tables={"purchasers": purchasers.table}, keys=keys, end=integer(purchasers.last)
        ),
    )


def spending(engine: Engine, purchasers: Purchasers) -> dict[Group, Arrays]:
    """Of each group the columns `repeats`, `total` and `customers`, of customers who bought again.

    `total` is that of the repeat purchases in minor units; as every purchase is worth more than 0, so is the total.
    Where the base has no amount, nobody has any.
    """
    if purchasers.base.amount is None:
        return {}
    return arrays_of(
        engine,
        "spending",
        purchasers,
        lambda keys: fill("purchase_spending", tables={"purchasers": purchasers.table}, keys=keys),
    )


def profiles(engine: Engine, purchasers: Purchasers) -> dict[Group, Arrays]:
    """Of everybody, or of each arm, the columns `repeats`, `last`, `observed`, `total` and `customers`.

    `total` is that of one customer's repeat purchases in minor units; the base has an amount. Rows are in no promised
    order.
    """
    assert purchasers.base.amount is not None
    return of_whole(
        engine,
        "customers by history and worth",
        purchasers,
        lambda keys: fill(
            "purchase_profiles", tables={"purchasers": purchasers.table}, keys=keys, end=integer(purchasers.last)
        ),
    )
