"""Whole companies, from the simulator's files through definitions, engine and statistics, agree with their truth.

20 companies in `make test`; `make soak` takes 200. Seeds are fixed, so that a run is the same each time.
"""

import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.estimate import Interval
from liftledger.domain.evidence import Grade
from liftledger.prove.resources import Resources
from liftledger.prove.verbs import Checked, check, make
from liftledger.simulate.company.folder import ordered, write_company

COMPANIES = int(os.environ.get("LIFTLEDGER_COMPANIES", "20"))
EFFECTS = ["ttv=-30%", "tickets=-15%", "tickets.bug=+10%", "expansion=+25%", "churn@free=+40%"]
ANSWERS = (
    "onboarding.time_to_value.guided",
    "program.tickets_per_month.personalized",
    "offers.expansion_revenue.model",
)
RESOURCES = Resources(2, None)


def company(folder: Path, seed: int, *, users: int = 8_000) -> dict[str, float]:
    """Written; its truth."""
    write_company(folder, ordered(users, EFFECTS, "10%", None, None), seed=seed)
    return json.loads((folder / "truth.json").read_text())["estimands"]


def headlines(folder: Path) -> dict[str, Interval]:
    """Of everyone, by study, metric and arm; also what has no interval is in the report, but not here.

    Nor are studies whose sample ratio failed: of a thousand sound ones it calls one broken, and shows no money of it.
    """
    report = make(folder, as_of=None, resources=RESOURCES).report
    sound = {study.name for study in report.studies if study.grade is not Grade.BROKEN}
    return {
        f"{one.study}.{one.metric}.{one.arm}": one.effect
        for one in report.estimates
        if one.headline and one.segment is None and isinstance(one.effect, Interval) and one.study in sound
    }


@pytest.fixture(scope="module")
def companies(tmp_path_factory) -> dict[str, list[tuple[float, Interval]]]:
    """Truth and estimate of each company, by study, metric and arm."""
    found = defaultdict(list)
    for seed in range(COMPANIES):
        folder = tmp_path_factory.mktemp("agreement") / "company"
        truth = company(folder, seed)
        for key, effect in headlines(folder).items():
            found[key].append((truth[key], effect))
    return found


def test_a_company_has_no_mistakes(tmp_path):
    company(tmp_path / "company", 1, users=3_000)
    assert check(tmp_path / "company", resources=RESOURCES) == Checked(())


def test_every_estimate_of_everyone_has_its_truth_in_every_company(companies):
    sound = {key.partition(".")[0]: len(companies[key]) for key in ANSWERS}
    assert {key: len(pairs) for key, pairs in companies.items() if len(pairs) < sound[key.partition(".")[0]]} == {}
    # of 600 sample ratios at 0.001, 5 or more fail once in a thousand runs
    assert sum(COMPANIES - units for units in sound.values()) < 5
    assert set(ANSWERS) <= set(companies)
    assert len(companies) > 30


def test_intervals_of_the_three_answers_hold_the_truth_as_often_as_they_say(companies):
    # The central 99.99 % of Binomial(3 x companies, 0.05): with 20, none to 11 misses.
    fewest, most = stats.binom.interval(0.9999, 3 * COMPANIES, 0.05)
    misses = sum(not effect.low <= truth <= effect.high for key in ANSWERS for truth, effect in companies[key])
    assert fewest <= misses <= most


def test_no_estimate_leans_to_one_side(companies):
    # Mean surprise of each of about 35 estimates in its standard errors, times the root of their number: above 5 by
    # chance in one of ten thousand runs, with t of 19 degrees of freedom.
    for key, pairs in companies.items():
        surprise = np.array([(effect.value - truth) / effect.se for truth, effect in pairs])
        assert abs(surprise.mean()) / surprise.std(ddof=1) * np.sqrt(len(surprise)) < 5, key
