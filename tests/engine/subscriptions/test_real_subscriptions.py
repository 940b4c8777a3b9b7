"""Two companies' real tables, against plain Python on the same files."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.instant import DAY, micros
from liftledger.engine.calendar import begins, month
from liftledger.engine.subscriptions.groups import PLAN
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans, tenures
from liftledger.engine.subscriptions.movements import Part, movements
from liftledger.engine.subscriptions.revenue_kept import compared, revenue_kept
from liftledger.engine.subscriptions.subscribers import Counts
from liftledger.engine.subscriptions.triangle import cohorts
from liftledger.stats.kaplan_meier import curve
from tests.data import data
from tests.engine.subscriptions.plainly import Plainly
from tests.engine.subscriptions.subscribed import based

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb")]


def records(name: str) -> list[dict[str, str]]:
    with Path(data(name)).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_ravenstack_is_what_plain_loops_say(tmp_path):
    as_of = micros("2025-01-01")
    rows = [
        (
            one["account_id"],
            _day_first(one["start_date"]),
            _day_first(one["end_date"]) if one["end_date"] else None,
            100 * int(one["mrr_amount"]),
            one["plan_tier"],
        )
        for one in records("ravenstack/ravenstack_subscriptions.csv")
    ]
    plainly = Plainly(rows, as_of)
    with based(tmp_path, rows, as_of=as_of) as one:
        # each account has ten subscriptions that overlap, and the last of each goes on: nobody has left
        assert one.of.counts == Counts(5000, 500, 500, 0, 0, 0, empty=13, overlapping=4479, blank=0) == plainly.counts()
        months = movements(*one)
        assert months == plainly.movements()
        assert months[-1].closing == Part(500, sum(cents for _, _, end, cents, _ in rows if end is None))
        assert kept(*one) == plainly.kept()
        assert cohorts(*one) == plainly.cohorts()
        assert revenue_kept(*one) == plainly.revenue_kept(*compared(as_of))
        assert lifespans(*one) == plainly.lifespans()


def test_telco_churn_by_tenure(tmp_path):
    """A snapshot of customers: who churned left in the last month of their tenure, all others go on."""
    taken = micros("2020-01-01")
    customers = records("telco_customer_churn.csv")
    rows = [
        (
            one["customerID"],
            begins(month(taken) - int(one["tenure"])) - (one["tenure"] == "0"),  # who came last is there already
            taken - DAY if one["Churn"] == "Yes" else None,
            round(100 * float(one["MonthlyCharges"])),
            one["Contract"],
        )
        for one in customers
    ]
    with based(tmp_path, rows, as_of=taken) as one:
        assert (one.of.counts.customers, one.of.counts.subscribed) == (7043, 7043 - 1869)  # churn 26.54 %
        found = lifespans(*one)
        left, going = tenures(found[EVERYBODY])
        closing = movements(*one)[-1].closing
    counted = Counter((one["Churn"], int(one["tenure"])) for one in customers)
    assert left == tuple(counted["Yes", t] for t in range(1, 73))
    assert going == tuple(counted["No", t] for t in range(1, 73))
    months = sum(t * (gone + stayed) for t, (gone, stayed) in enumerate(zip(left, going, strict=True), start=1))
    assert months / 7043 == pytest.approx(32.371, abs=5e-4)
    assert closing.accounts == 7043 - 1869
    two_years = sum(one["Contract"] == "Two year" and one["Churn"] == "Yes" for one in customers)
    assert sum(found[Group(PLAN, "Two year")].events.values()) == two_years
    # Kaplan-Meier by its definition, on the file itself
    share = 1.0
    for t, gone in enumerate(left, start=1):
        share *= 1 - gone / sum(int(one["tenure"]) >= t for one in customers)
    assert curve(found[EVERYBODY], grid=30 * DAY, confidence=0.95).share[-1] == pytest.approx(1 - share, rel=1e-12)


def _day_first(text):
    day, month, year = text.split("-")
    return micros(f"{year}-{month}-{day}")
