"""Volumes in words and numbers, in the direction that is better."""

import pytest

from liftledger.finance.volume import volume, volume_unit
from tests.finance.lines import interval, line, measured, metric, number


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (metric("tickets", "rows per user and 30 days", better="lower", fact="tickets"), "tickets fewer per month"),
        (metric("logins", "rows", fact="logins"), "logins more per month"),
        (metric("time_to_value_by_30d", "share"), "units more per month"),
        (metric("churned", "share", better="lower"), "units fewer per month"),
        (metric("revenue", "USD"), "USD more per month"),
        (metric("cost", "USD per user and 30 days", better="lower"), "USD less per month"),
        (metric("minutes", "minutes", better="lower"), "minutes less per month"),
    ],
)
def test_words(described, words):
    assert volume_unit(described, line()) == words


def test_campaigns_are_counted_each():
    assert volume_unit(metric("revenue"), line(per="campaign", months=(1,))) == "USD more per campaign"


def test_a_volume_is_above_0_where_the_effect_is_good():
    more = volume(measured(line(), interval(0.5, 0.1)))
    fewer = volume(measured(line(), interval(-0.5, 0.1), described=metric("tickets", "rows", better="lower")))
    harm = volume(measured(line(), interval(-0.5, 0.1)))
    assert [number(one) for one in (more, fewer, harm)] == [50, 50, -50]
    assert all(one.answer.low < one.answer.value < one.answer.high for one in (more, fewer, harm))
