"""Bars on paper: they begin where the one before ends, and what is put together adds up to the same."""

import pytest

from liftledger.report.numbers import plain
from liftledger.report.pdf.bars import bridge, curve, tornado
from liftledger.report.pdf.room import Size
from tests.report.cases import cased_report
from tests.report.company import young_company_report
from tests.report.draws import with_draws

ROOMY, SCANT = Size(12, 6, 60), Size(2, 1, 18)


@pytest.fixture(scope="module")
def money():
    return cased_report().money


def right(bar):
    return bar.left + bar.width


def test_benefits_go_to_the_right_and_costs_back(money):
    drawn = bridge(money, ROOMY)
    first, second, third, build, serving, net = (row.bar for row in drawn.rows)
    assert first.left == drawn.zero
    assert [right(first), right(second)] == pytest.approx([second.left, third.left], abs=0.02)
    assert [right(build), right(serving)] == pytest.approx([right(third), build.left], abs=0.02)
    assert (net.left, right(net)) == pytest.approx((drawn.zero, serving.left), abs=0.02)


def test_what_does_not_fit_is_one_bar_that_ends_where_all_of_it_would(money):
    whole, short = bridge(money, ROOMY), bridge(money, SCANT)
    assert [row.name for row in short.rows] == [
        "3 more benefits, in the workbook", "2 more costs, in the workbook", "Net present value",
    ]  # fmt: skip
    assert right(short.rows[0].bar) == pytest.approx(right(whole.rows[2].bar), abs=0.02)
    assert short.rows[1].bar.left == pytest.approx(whole.rows[4].bar.left, abs=0.02)
    assert plain(short.rows[1].text) == "-400 678 USD"  # 120 000 + 9 000 x 31.186


def test_the_interval_lies_under_the_last_bar(money):
    *others, net = bridge(money, ROOMY).rows
    assert net.whisker.left < right(net.bar) < right(net.whisker)
    assert not any(row.whisker for row in others)


def test_both_ends_of_an_input_start_at_the_net_present_value(money):
    drawn = tornado(money, 8, ROOMY)
    assert drawn.zero is not None
    for bar in (bar for row in drawn.rows for bar in (row.low, row.high)):
        assert min(abs(drawn.mark - end) for end in (bar.left, right(bar))) < 0.02
    assert len(tornado(money, 2, ROOMY).rows) == 2


def test_cash_crosses_0_in_the_month_that_pays_it_back(money):
    drawn = curve(money)
    points = [tuple(map(float, point.split())) for point in drawn.line.removeprefix("M").split(" L")]
    months = money.months
    below = [at * months / 100 for at, down in points if down > drawn.zero]
    assert max(below) < money.summary.payback.answer.value < max(below) + 1.01
    assert [text for _, text in drawn.ticks][-1] == str(months)


def test_without_money_nothing_is_drawn():
    money = young_company_report().money
    assert curve(money) is None
    assert tornado(money, 8, ROOMY) is None


def test_the_last_bar_is_hollow_where_all_that_is_uncertain_reaches_beyond_0(money):
    below, above = (with_draws(money, low=low, high=300_000.0) for low in (-1.0, 1.0))
    sorts = [bridge(one, ROOMY).rows[-1].bar.sort for one in (below, above)]
    assert sorts == ["open", "net"]
