"""Kinds of metrics where there is no effect: how often the headline sees one, and how often its interval holds it."""

import random

from liftledger.domain.estimate import Interval
from liftledger.domain.measure import plan
from liftledger.domain.metric import Metric, Term
from liftledger.domain.moments import Sums
from liftledger.stats.findings import findings, headline
from tests.engine.direct import dated

DRAWS = 2_000
AGAIN = Metric("again", "repeat", "orders", Term())
PLANNED = plan([AGAIN], [dated("orders")])


def drawn(chance: random.Random, units: int) -> Sums:
    """Of the units a third buys, and of these a third again."""
    rows = [chance.random() < 1 / 3 and (2 if chance.random() < 1 / 3 else 1) for _ in range(units)]
    again, once = (sum(row >= least for row in rows) for least in (2, 1))
    totals = {("again",): again, ("again_per",): once, ("again", "again_per"): again}
    return Sums(units, totals, PLANNED.binary)


def test_an_a_a_test_of_repeat_purchases_is_significant_in_one_of_twenty():
    chance, missed = random.Random(7), {"above": 0, "below": 0}
    for _ in range(DRAWS):
        one = headline(findings(AGAIN, PLANNED.needs["again"], PLANNED, drawn(chance, 150), drawn(chance, 600)))
        assert isinstance(one.effect, Interval) and one.p_value is not None
        assert (one.p_value < 0.05) == (not one.effect.low <= 0 <= one.effect.high)
        missed["above"] += one.effect.low > 0
        missed["below"] += one.effect.high < 0
    # 2,000 draws at 5 %: within 3 standard errors, 0.49 points each
    assert 0.035 * DRAWS < sum(missed.values()) < 0.065 * DRAWS, missed
    assert min(missed.values()) > 0.012 * DRAWS, missed
