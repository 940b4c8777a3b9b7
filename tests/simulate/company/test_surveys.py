"""Surveys as they are sent, the silence of most, and the books' costs."""

import duckdb
import numpy as np
import pytest

from liftledger.simulate.company.costs import CATEGORIES, book
from liftledger.simulate.company.parquet import Tables
from liftledger.simulate.company.surveys import ANSWERING, ASKED, SCORES, ask

DAY = 86_400


def test_personalized_users_answer_more_often_though_they_score_alike():
    personalized = np.arange(40_000) % 2 == 1
    users = 7 + np.arange(40_000)
    found = ask(np.random.default_rng(1), users, np.zeros(40_000, np.int64), personalized, until=DAY, first=0)
    arm = (found["user_id"].numbers - 7) % 2
    answered, score, kind = (found[name].numbers for name in ("answered", "score", "kind"))
    assert len(arm) == pytest.approx(ASKED * 40_000, rel=0.05)
    for place, rate in enumerate(ANSWERING):
        # About 5,000 asked in each arm: the standard error of a rate near 0.2 is 0.006.
        assert answered[arm == place].mean() == pytest.approx(rate, abs=4 * 0.0065)
    assert ((score >= 0) == (answered == 1)).all()
    for place, name in enumerate(("nps", "csat")):
        weights = SCORES[name]
        expected = np.average(np.arange(len(weights)), weights=weights)
        assert score[(kind == place) & (answered == 1)].mean() == pytest.approx(expected, abs=0.35)


def test_costs_are_booked_by_month_and_building_comes_before_running(tmp_path):
    with Tables(tmp_path) as tables:
        tables.write("costs", 0, book(1_000, begin=0, start=180 * DAY, until=240 * DAY))
    found = duckdb.sql(
        f"SELECT category, month, CAST(amount AS DOUBLE) FROM '{tables.files[0]}' ORDER BY month, category"
    )
    months = found.fetchall()
    # Three months of building at 25,000; then two in which 1,000 users cost 4 and 1 cents each on top.
    assert [amount for _, _, amount in months] == [25_000.0] * 3 + [6_000.0, 1_540.0, 810.0] * 2
    assert {category for category, _, _ in months} == set(CATEGORIES)
