"""Every table, in the order in which they are read."""

import msgspec

from liftledger.domain.cash import Extra, Money
from liftledger.finance.tables.better_retention import better_retention
from liftledger.finance.tables.break_even_churn import break_even_churn
from liftledger.finance.tables.cac_payback import cac_payback
from liftledger.finance.tables.customers import customers
from liftledger.finance.tables.expansion import expansion
from liftledger.finance.tables.ground import Ground
from liftledger.finance.tables.interventions import interventions
from liftledger.finance.tables.ltv_to_cac import ltv_to_cac
from liftledger.finance.tables.upgrades import upgrades

EACH = (
    ltv_to_cac,
    cac_payback,
    customers,
    break_even_churn,
    better_retention,
    expansion,
    interventions,
    upgrades,
)


def with_tables(ground: Ground) -> Money:
    """The case with its tables, after those that it has."""
    return msgspec.structs.replace(ground.money, extras=(*ground.money.extras, *tables(ground)))


def tables(ground: Ground) -> tuple[Extra, ...]:
    """As far as the project declares what they need; none where a check failed, as then no money is shown."""
    if any(one.broken for one in ground.measured):
        return ()
    found = (table(ground) for table in EACH)
    return tuple(one for one in found if one is not None)
