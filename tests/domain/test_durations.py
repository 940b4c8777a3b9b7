"""Durations of two groups are added step by step."""

from liftledger.domain.durations import Durations


def test_units_are_those_with_the_event_and_those_censored():
    assert Durations({1: 2, 5: 1}, {3: 4}, before=7).n == 7


def test_durations_of_two_groups_add_up():
    one, other = Durations({1: 2}, {3: 4}, 1, 2, 3), Durations({1: 1, 2: 5}, {}, 10, 20, 30)
    both = one + other
    assert both == other + one == Durations({1: 3, 2: 5}, {3: 4}, 11, 22, 33)
    assert both.n == one.n + other.n
