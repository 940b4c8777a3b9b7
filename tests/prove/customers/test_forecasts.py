"""What the models forecast on a coarse grid, and the days that it is given by."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from tests.company import Company
from tests.prove.customers.shop import orders, shop

WEEK = 7
DAY = timedelta(1)


@pytest.fixture(scope="module")
def forecast(tmp_path_factory) -> dict:
    company = shop(Company(tmp_path_factory.mktemp("weekly")), [*orders(2000, seed=8)])
    company.definitions["customers"]["shoppers"]["grid"] = "7d"
    return company.write().report()["customers"][0]["forecasts"][0]


def weeks_of(user_rows) -> list[int]:
    """The weeks in which somebody bought, counted from 1 January 1970, before the report's last whole week ended."""
    whole = int(np.datetime64("2026-06-30", "D").astype(int)) // WEEK
    days = (int(np.datetime64(at, "D").astype(int)) for at in user_rows)
    return sorted({one // WEEK for one in days if one // WEEK < whole})


def test_days_are_the_last_of_whole_weeks(forecast):
    ends = [date.fromisoformat(one) for one in (forecast["until"], *forecast["track"]["days"])]
    assert {((one - date(1970, 1, 1)).days + 1) % WEEK for one in ends} == {0}
    track = ends[1:]
    assert {later - earlier for earlier, later in pairwise(track)} == {WEEK * DAY}
    assert date(2026, 6, 30) - track[-1] <= WEEK * DAY
    assert track[0] <= ends[0] < track[-1]


def test_what_came_is_counted_by_weeks_after_the_last_day_of_the_calibration(forecast):
    bought: dict[str, list[str]] = {}
    for _, user, at, *_ in orders(2000, seed=8):
        bought.setdefault(user, []).append(at)
    split = ((date.fromisoformat(forecast["until"]) - date(1970, 1, 1)).days + 1) // WEEK
    known = [weeks for weeks in map(weeks_of, bought.values()) if weeks and weeks[0] < split]
    assert forecast["customers"] == len(known)
    assert forecast["observed"] == sum(week >= split for weeks in known for week in weeks)
