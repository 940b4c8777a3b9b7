"""Volumes in words and numbers, in the direction that is better."""

from decimal import Decimal

import pytest

from liftledger.finance.volume import volume, volume_unit
from tests.finance.lines import interval, line, measured, metric, number, worked


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
    more = measured(line(), interval(0.5, 0.1))
    fewer = measured(line(), interval(-0.5, 0.1), described=metric("tickets", "rows", better="lower"))
    harm = measured(line(), interval(-0.5, 0.1))
    for one, expected in ((more, 50), (fewer, 50), (harm, -50)):
        found = worked(one)
        answer = volume(one, found).answer
        assert answer.value == found.known("lines.sales.volume") == expected
        assert answer.low < answer.value < answer.high


def test_only_treated_units_move_anything():
    one = measured(line(holdout=Decimal("0.2")), interval(0.5, 0.1))
    assert number(volume(one, worked(one))) == 40
