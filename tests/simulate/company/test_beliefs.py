"""Some classes of beliefs come true as often as they claim, others do not; decisions rest on beliefs of their time."""

import numpy as np
import pytest

from liftledger.simulate.company.beliefs import CLASSES, OPEN, PER_USER, believe
from liftledger.simulate.company.decisions import EXPLORED, OPTIONS, REVISED, decide

DAY = 86_400
USERS, UNTIL, START = 20_000, 365 * DAY, 182 * DAY


@pytest.fixture(scope="module")
def since():
    return np.random.default_rng(1).integers(0, UNTIL, USERS)


@pytest.fixture(scope="module")
def beliefs(since):
    return believe(np.random.default_rng(2), since, UNTIL)


def test_beliefs_are_of_known_users_and_of_their_time(beliefs, since):
    assert (beliefs.at >= since[beliefs.user]).all()
    assert (beliefs.at < UNTIL).all()
    # Poisson: the sd of the total of 20,000 users with mean 1.2 is sqrt(24,000) = 155.
    assert abs(len(beliefs.user) - PER_USER * USERS) < 4 * 155


@pytest.mark.parametrize("place", range(len(CLASSES)))
def test_calibrated_classes_come_true_as_often_as_they_claim_and_the_others_less_often(beliefs, place):
    settled = (beliefs.kind == place) & (beliefs.came_true >= 0)
    claimed, happened = beliefs.confidence[settled] / 100, beliefs.came_true[settled]
    error = np.sqrt((claimed * (1 - claimed)).sum()) / settled.sum()
    surprise = (happened.mean() - claimed.mean()) / error
    assert abs(surprise) < 4 if CLASSES[place].factor is None else surprise < -20


def test_some_are_still_open_and_confidence_is_a_probability_short_of_certainty(beliefs):
    assert (beliefs.came_true == -1).mean() == pytest.approx(OPEN, abs=0.01)
    assert (beliefs.confidence.min(), beliefs.confidence.max()) >= (50, 51)
    assert beliefs.confidence.max() <= 99
    assert beliefs.evidence.min() >= 1


def numbers(columns):
    return {name: column.numbers for name, column in columns.items()}


@pytest.fixture(scope="module")
def decisions(beliefs, since):
    return numbers(
        decide(
            np.random.default_rng(3),
            beliefs,
            users=10 * np.arange(USERS),
            personalized=np.arange(USERS) % 10 != 0,
            since=np.maximum(since, START),
            start=START,
            until=UNTIL,
            belief=1_000,
            first=0,
        )
    )


def test_a_decision_rests_on_an_earlier_belief_about_the_same_user(beliefs, decisions):
    resting = decisions["belief"] >= 0
    place = decisions["belief"][resting] - 1_000
    assert (10 * beliefs.user[place] == decisions["user_id"][resting]).all()
    assert (beliefs.at[place] <= decisions["at"][resting]).all()
    assert decisions["at"].min() >= START


def test_who_is_held_out_gets_the_default_for_certain(decisions):
    held_out = decisions["user_id"] % 100 == 0
    assert held_out.any()
    assert not decisions["option"][held_out].any()
    assert (decisions["propensity"][held_out] == 10_000).all()
    assert not decisions["policy"][held_out].any()
    assert (decisions["belief"][held_out] == -1).all()


def test_options_are_chosen_as_often_as_their_propensity_says(decisions):
    explored = decisions["propensity"] < 5_000
    assert set(decisions["propensity"]) == {375, 8_875, 10_000}  # 15 % over 4 options; 85 % more for the best
    chosen = decisions["belief"] >= 0
    # Three of four options are not the best.
    assert explored[chosen].mean() == pytest.approx(EXPLORED / 100 * (1 - 1 / len(OPTIONS)), abs=0.02)


def test_the_second_policy_takes_over_after_some_weeks(decisions):
    late = decisions["at"] >= START + REVISED * DAY
    assert set(decisions["policy"][late]) == {0, 2}
    assert set(decisions["policy"][~late]) == {0, 1}
