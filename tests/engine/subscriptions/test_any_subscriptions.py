"""Whatever the subscriptions, the engine answers what plain loops over customers and months do."""

import random

import msgspec
import pytest

from liftledger.domain.instant import DAY, micros
from liftledger.domain.study import Dimension
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans, lifespans_by_arm
from liftledger.engine.subscriptions.movements import movements
from liftledger.engine.subscriptions.revenue_kept import compared, revenue_kept, revenue_kept_by_arm
from liftledger.engine.subscriptions.triangle import cohorts
from tests.engine.direct import AS_OF as ENROLLED
from tests.engine.subscriptions.plainly import Plainly
from tests.engine.subscriptions.subscribed import AS_OF, BASE, based

pytestmark = pytest.mark.usefixtures("engine")

COUNTRY = Dimension("country", "people", "country")
WINDOW = 90 * DAY


class Records:
    """60 customers on few instants, so that starts and ends fall on each other, on months' lines and on the date."""

    def __init__(self, seed):
        chance = random.Random(seed)
        lines = [micros(f"{year}-{month:02}-01") for year in (2024, 2025) for month in range(1, 13)]
        lines += [micros(day) for day in ("2024-01-31", "2024-02-29", "2025-01-30", "2025-02-28", "2025-12-31")]
        lines += [micros(day) for day in ("2026-01-31", "2026-02-14", "2026-02-15", "2026-03-01")] + [AS_OF]

        def some():
            return chance.choice(lines) + chance.choice([0, 0, 0, -1, 1, 17 * 60_000_000 + 1])

        def one(user):
            start = some()
            end = chance.choice([None, some(), some(), max(start, some()), max(start, some()), start])
            return (
                user,
                start,
                end,
                chance.choice([None, 0, 0, -5, 1000, 1000, 2550]),
                chance.choice(["", "b", "A", "Ä"]),
            )

        self.users = [f"u{place}" for place in range(60)]
        self.rows = [one(user) for user in self.users for _ in range(chance.choice([0, 1, 1, 2, 5]))]
        self.arms = [(user, min(some(), ENROLLED - 1), chance.choice("ab")) for user in self.users[:50]]
        self.countries = {user: chance.choice(["DE", "FR", ""]) for user in self.users[5:]}


@pytest.mark.parametrize("seed", range(4))
def test_every_reduction_agrees_with_plain_loops(tmp_path, seed):
    records = Records(seed)
    plainly = Plainly(records.rows, AS_OF, records.countries)
    base = msgspec.structs.replace(BASE, dimensions=("country",))
    options = {"arms": records.arms, "countries": records.countries, "dimensions": (COUNTRY,), "base": base}
    with based(tmp_path, records.rows, **options) as one:
        engine, of = one
        assert of.counts == plainly.counts()
        assert movements(engine, of) == plainly.movements()
        assert kept(engine, of) == plainly.kept()
        assert cohorts(engine, of) == plainly.cohorts()
        assert revenue_kept(engine, of) == plainly.revenue_kept(*compared(AS_OF))
        assert revenue_kept_by_arm(engine, of, one.cohorts, WINDOW) == plainly.revenue_kept_by_arm(records.arms, WINDOW)
        assert lifespans(engine, of) == plainly.lifespans()
        assert lifespans_by_arm(engine, of, one.cohorts) == plainly.lifespans_by_arm(records.arms)
