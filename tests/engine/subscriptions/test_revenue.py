"""Monthly recurring revenue: where it comes from and goes to, and how much of it is kept."""

import pytest

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.instant import DAY, micros
from liftledger.engine.subscriptions.movements import Part, movements
from liftledger.engine.subscriptions.revenue_kept import compared, revenue_kept, revenue_kept_by_arm
from tests.engine.direct import ARM, AS_OF, dated, study
from tests.engine.subscriptions.subscribed import based

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb", "postgres")]

# ../shared/reference/finance.md, section 3: start 1000, +150, -40, -60 -> NRR 1.05, GRR 0.90
FINANCE = [
    *(("grows", "2024-05-01", "2025-06-01", 40_000), ("grows", "2025-06-01", None, 55_000)),
    *(("shrinks", "2024-05-01", "2025-06-01", 30_000), ("shrinks", "2025-06-01", None, 26_000)),
    ("leaves", "2024-05-01", "2025-08-15", 6_000),
    ("stays", "2024-05-01", None, 24_000),
    ("comes", "2025-02-01", None, 99_000),  # a new logo is in neither
]


def test_net_and_gross_revenue_retention_of_the_textbook(tmp_path):
    with based(tmp_path, FINANCE, as_of=micros("2026-01-20")) as one:
        found = revenue_kept(*one)[EVERYBODY]
        months = movements(*one)
    assert (found.accounts, found.start, found.end, found.kept) == (4, 100_000, 105_000, 90_000)
    assert (found.end / found.start, found.kept / found.start) == (1.05, 0.90)
    assert found.start_start == 10**6 * (40**2 + 30**2 + 6**2 + 24**2)
    assert found.end_end == 10**6 * (55**2 + 26**2 + 24**2)
    assert found.kept_kept == 10**6 * (40**2 + 26**2 + 24**2)
    assert found.start_end == 10**6 * (40 * 55 + 30 * 26 + 24 * 24)
    assert found.start_kept == 10**6 * (40 * 40 + 30 * 26 + 24 * 24)
    year = [month for month in months if month.month.startswith("2025")]
    assert year[0].opening == Part(4, 100_000)
    assert sum(month.expansion.mrr for month in year) == 15_000
    assert sum(month.contraction.mrr for month in year) == 4_000
    assert sum(month.churned.mrr for month in year) == 6_000
    assert year[-1].closing == Part(4, 105_000 + 99_000)


def test_the_twelve_months_end_with_the_last_whole_one():
    assert compared(micros("2026-03-15")) == (micros("2025-03-01"), micros("2026-03-01"))
    assert compared(micros("2026-03-01")) == (micros("2025-03-01"), micros("2026-03-01"))
    assert compared(micros("2026-03-01") - 1) == (micros("2025-02-01"), micros("2026-02-01"))


def test_what_starts_or_ends_with_a_month_belongs_to_it(tmp_path):
    rows = [("u", micros("2026-02-01"), None, 100), ("v", micros("2026-02-01") - 1, micros("2026-03-01"), 10)]
    rows += [("w", "2026-01-01", micros("2026-03-01") - 1, 1)]
    with based(tmp_path, rows, as_of=micros("2026-04-01")) as one:
        found = {month.month: (month.new.mrr, month.churned.mrr, month.closing.mrr) for month in movements(*one)}
    assert found == {"2026-01": (11, 0, 11), "2026-02": (100, 1, 110), "2026-03": (0, 10, 100)}


def test_each_account_is_new_once_and_reactivated_ever_after(tmp_path):
    rows = [("u", "2025-01-10", "2025-02-10", 100), ("u", "2025-04-10", "2025-05-10", 70)]
    rows += [("u", "2025-05-20", None, 70)]  # back before the month was over: nothing was churned
    with based(tmp_path, rows, as_of=micros("2025-07-01")) as one:
        found = movements(*one)
    assert [month.new for month in found] == [Part(1, 100)] + 5 * [Part(0, 0)]
    assert [month.churned for month in found] == [Part(0, 0), Part(1, 100)] + 4 * [Part(0, 0)]
    assert [month.reactivated for month in found] == 3 * [Part(0, 0)] + [Part(1, 70)] + 2 * [Part(0, 0)]
    assert [month.closing.mrr for month in found] == [100, 0, 0, 70, 70, 70]


def test_who_pays_for_a_free_plan_is_new_then(tmp_path):
    rows = [("u", "2025-01-10", "2025-03-10", 0), ("u", "2025-03-10", None, 100)]
    with based(tmp_path, rows, as_of=micros("2025-04-01")) as one:
        january, _, march = movements(*one)
    assert (january.closing, march.new, march.reactivated) == (Part(0, 0), Part(1, 100), Part(0, 0))


def test_arms_are_compared_from_each_units_start_over_a_window_that_has_passed(tmp_path):
    window = 60 * DAY
    begun = micros("2025-11-01")
    rows = [
        *(("u", "2025-01-01", begun + window, 100), ("u", begun + window, None, 300)),  # just before, it still paid 100
        *(("v", "2025-01-01", begun + window - 1, 100),),
        *(("w", begun, None, 100),),  # just before its start it paid nothing
        *(("x", "2025-01-01", begun, 500), ("x", begun, None, 700)),
        *(("y", "2025-01-01", None, 900),),
    ]
    late = AS_OF - 20 * DAY  # enrolled by then, and not observed for the window
    arms = [("u", begun, "a"), ("v", begun, "a"), ("w", begun, "a"), ("x", begun, "b"), ("y", late, "b")]
    with based(tmp_path, rows, arms=arms) as one:
        found = revenue_kept_by_arm(*one, one.cohorts, window)
    assert {group.arm: (sums.accounts, sums.start, sums.end, sums.kept) for group, sums in found.items()} == {
        "a": (2, 200, 100, 100),
        "b": (1, 500, 700, 500),
    }
    assert set(found) == {Group(study="offer", arm=arm) for arm in "ab"}


def test_several_studies_each_with_its_own_starts(tmp_path):
    seen = dated("enrolled", ARM)
    studies = (study("one", seen, ()), study("two", seen, (), start=micros("2025-11-15")))
    rows = [("u", "2025-01-01", "2025-12-20", 100), ("v", "2025-01-01", None, 7)]
    arms = [("u", "2025-11-10", "a"), ("v", "2025-11-10", "b"), ("u", "2025-11-20", "a")]
    with based(tmp_path, rows, arms=arms, studies=studies) as one:
        found = revenue_kept_by_arm(*one, one.cohorts, 35 * DAY)
    assert {(group.study, group.arm): (sums.start, sums.end) for group, sums in found.items()} == {
        ("one", "a"): (100, 100),
        ("one", "b"): (7, 7),
        ("two", "a"): (100, 0),
    }
