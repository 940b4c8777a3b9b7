"""dummy"""

from fractions import Fraction

from liftledger.domain.customers import Group, Subscriptions, Terms
from liftledger.domain.estimate import Answer
from liftledger.domain.expression import Column, Type
from liftledger.domain.instant import DAY
from liftledger.lifetime.continuation import difference
from liftledger.prove.customers.renewals import renewals
from liftledger.prove.customers.subscribing import known
from liftledger.simulate.company.model import Model
from liftledger.simulate.company.standing import MARGIN, YEARLY
from liftledger.stats.findings import difference_of_means
from tests.simulate.company.subscribers import company

MONEY = Column("monthly", Type("money", 2, "USD"))
BASE = Subscriptions("accounts", "contracts", "account", "ended_at", MONEY, Terms(MARGIN, YEARLY, 1095 * DAY))
CENT = Fraction(1, 100)


def parts(model: Model, seed: int) -> tuple[Answer, Answer]:
    """What was measured and what is modelled of one company."""
    control, treated = company(model, seed).values()
    measured = difference_of_means(
        "revenue",
        control.sums,
        treated.sums,
        unit=CENT * Fraction(str(MARGIN)) * Fraction(12, 365),
        confidence=0.95,
    )
    ahead = []
    for arm in (control, treated):
        one = known(Group(), arm.lifespans, arm.held)
        units = len(arm.paid)
        ahead.append(
            renewals(one.held, one.lifespans, one.model, one.fit, BASE, unit=CENT, units=units, confidence=0.95)
        )
    return measured, difference(*ahead)
