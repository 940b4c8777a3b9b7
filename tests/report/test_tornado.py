"""The tornado: one input at a time, both ends from the net present value on, drawn by Vega."""

import msgspec
import pytest
import vl_convert

from liftledger.report.money_charts import swings, tornado
from liftledger.report.numbers import plain
from tests.report.cases import cased_report
from tests.report.company import young_company_report


@pytest.fixture(scope="module")
def money():
    return cased_report().money


def test_bars_begin_at_the_net_present_value_and_end_where_the_input_leads(money):
    rows = tornado(money)["data"]["values"]
    assert {row["from"] for row in rows} == {money.summary.npv.answer.value}
    assert [row["to"] for row in rows] == [end for bar in money.tornado for end in (bar.npv_low, bar.npv_high)]
    assert [row["end"] for row in rows] == ["low", "high"] * len(money.tornado)


def test_an_input_is_told_with_both_of_its_ends_and_where_nothing_is_left(money):
    units = next(swing for swing in swings(money) if "units" in swing.name)
    assert plain(units.inputs) == "900 to 1 500 units per month"
    assert plain(units.npv) == "141 500 to 157 300"
    assert plain(units.switch).startswith("413")  # three digits of 412.6


def test_ends_are_told_from_the_lower_end_of_the_input_also_where_that_is_worth_more(money):
    costs = next(swing for swing in swings(money) if swing.name.startswith("Costs"))
    assert plain(costs.npv) == "150 000 to -90 000"


def test_a_point_that_was_searched_for_is_told_with_three_digits(money):
    (first, *others) = money.tornado
    odd = msgspec.structs.replace(first, input="overrun", low=0.912345678901, high=1.6543210987)
    found = swings(msgspec.structs.replace(money, tornado=(odd, *others)))[0]
    assert plain(found.inputs) == "0.912× to 1.65×"


def test_it_is_drawn_with_every_name_and_said_to_those_who_cannot_see_it(money):
    spec = tornado(money)
    svg = vl_convert.vegalite_to_svg(spec)
    for swing in swings(money):
        assert swing.name[:12] in svg  # cut off before it runs into the amount
        assert f"{swing.npv} {swing.unit}" in spec["description"]


def test_without_money_there_is_none(money):
    assert tornado(young_company_report().money) == {}
    assert tornado(msgspec.structs.replace(money, tornado=())) == {}
