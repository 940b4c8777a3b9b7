"""Who stays: by calendar period, by cohort and by month of tenure."""

import pytest

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.durations import Durations
from liftledger.domain.instant import DAY, micros
from liftledger.engine.subscriptions.kept import Kept, kept
from liftledger.engine.subscriptions.lifespans import lifespans, lifespans_by_arm, tenures
from liftledger.engine.subscriptions.triangle import Intake, cohorts
from liftledger.stats.kaplan_meier import curve
from tests.engine.subscriptions.subscribed import AS_OF, based

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb", "postgres")]


def test_of_those_subscribed_at_a_periods_start_those_who_are_at_its_end(tmp_path):
    rows = [
        ("stays", "2024-11-05", None, 100),
        ("leaves", "2024-12-05", "2025-02-10", 100),
        *(("returns", "2024-12-05", "2025-02-10", 100), ("returns", "2025-03-10", None, 0)),  # to a free plan
        ("comes", "2025-02-01", None, 100),
        ("passes", "2025-02-02", "2025-02-27", 100),  # at no month's start or end
    ]
    with based(tmp_path, rows, as_of=micros("2025-05-01")) as one:
        found = kept(*one)
    assert [one for one in found if one.period == "month"] == [
        Kept("month", "2024-12-01", 1, 1),
        Kept("month", "2025-01-01", 3, 3),
        Kept("month", "2025-02-01", 3, 1),
        Kept("month", "2025-03-01", 2, 2),
        Kept("month", "2025-04-01", 3, 3),
    ]
    # the first quarter is whole, the second is not; of 2025 nothing is
    assert [one for one in found if one.period != "month"] == [Kept("quarter", "2025-01-01", 3, 2)]


def test_a_year_is_kept_from_its_first_day_to_its_last(tmp_path):
    rows = [("u", "2023-12-31", "2025-01-01", 1), ("v", "2023-01-01", "2024-12-31", 1), ("w", "2024-01-01", None, 1)]
    with based(tmp_path, rows, as_of=micros("2026-02-01")) as one:
        years = [one for one in kept(*one) if one.period == "year"]
    assert years == [Kept("year", "2024-01-01", 2, 1), Kept("year", "2025-01-01", 2, 1)]


def test_cohorts_are_followed_month_by_month(tmp_path):
    rows = [
        ("u", "2025-01-31", "2025-03-05", 100),
        *(("v", "2025-01-01", "2025-02-05", 100), ("v", "2025-02-05", "2025-02-20", 300), ("v", "2025-04-01", None, 7)),
        ("w", "2025-03-31", None, 0),
        ("x", "2025-05-02", None, 0),  # of a month that is not whole
    ]
    with based(tmp_path, rows, as_of=micros("2025-05-03")) as one:
        assert cohorts(*one) == (
            Intake("2025-01", 2, (2, 1, 0, 1), (200, 100, 0, 7)),
            Intake("2025-03", 1, (1, 1), (0, 0)),
        )


@pytest.mark.parametrize(
    ("start", "left", "month"),
    [
        ("2025-01-10", "2025-01-10", 1),
        ("2025-01-10", "2025-02-10", 1),
        ("2025-01-10", "2025-02-10T00:00:00.000001", 2),
        ("2025-01-10", "2026-01-10", 12),  # with the year that was paid for
        ("2025-01-31", "2025-02-28", 1),
        ("2025-01-31", "2025-03-01", 2),
        ("2025-01-31", "2025-03-31", 2),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
@pytest.mark.engines("duckdb")
def test_the_month_of_tenure_in_which_a_customer_left(tmp_path, start, left, month):
    with based(tmp_path, [("u", start, left, 100)]) as one:
        assert lifespans(*one)[EVERYBODY] == Durations({month: 1}, {})


def test_who_goes_on_was_observed_for_whole_months_and_who_left_in_half_a_month_too(tmp_path):
    rows = [
        ("new", "2026-02-16", None, 1),
        ("month", "2026-02-15", None, 1),
        ("gone", "2025-12-20", "2026-03-01", 1),  # in the third month, of which two weeks were not seen
        ("left", "2025-12-15", "2026-03-01", 1),  # in the third month, which ends with the date
        *(("back", "2025-06-14", "2025-07-01", 1), ("back", "2026-03-01", None, 1)),  # was away, and had not left
    ]
    with based(tmp_path, rows) as one:
        found = lifespans(*one)[EVERYBODY]
    assert found == Durations({3: 1}, {0: 1, 1: 1, 2: 1, 9: 1})
    assert tenures(found) == ((0, 0, 1, 0, 0, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0, 0, 0, 1))
    assert tenures(Durations({}, {0: 4})) == ((), ())


def test_lifespans_make_a_curve(tmp_path):
    rows = [(f"u{n}", "2025-01-01", "2025-02-01", 1) for n in range(4)] + [("v", "2025-01-01", None, 1)]
    with based(tmp_path, rows) as one:
        found = curve(lifespans(*one)[EVERYBODY], grid=30 * DAY, confidence=0.95)
    assert (found.units, found.share[:3]) == (5, (0.0, 0.8, 0.8))


def test_in_an_arm_the_clock_starts_with_the_study_or_with_the_first_subscription_after_it(tmp_path):
    begun = micros("2025-10-10")
    rows = [
        ("before", "2024-01-01", "2025-12-01", 1),  # in the second month of the study
        *(("between", "2024-01-01", "2025-01-01", 1), ("between", "2025-12-10", None, 1)),  # since then 3 months
        ("after", "2025-11-10", "2025-12-10", 1),
        ("gone", "2024-01-01", "2025-10-09", 1),  # never again
        ("at", begun, None, 1),
        ("outside", "2024-01-01", None, 1),
    ]
    arms = [(user, begun, "a") for user in ("before", "between", "after", "gone", "none")] + [("at", begun, "b")]
    with based(tmp_path, rows, arms=arms, as_of=AS_OF) as one:
        found = lifespans_by_arm(*one, one.cohorts)
    assert found == {
        Group(study="offer", arm="a"): Durations({1: 1, 2: 1}, {3: 1}),
        Group(study="offer", arm="b"): Durations({}, {5: 1}),
    }
