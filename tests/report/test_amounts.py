"""Figures are written with their unit, and no finer than their interval supports."""

import math

import pytest

from liftledger.domain.cash import Exact, Figure
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.report.amounts import amount, chance, is_money, money, short, written
from liftledger.report.numbers import Unit, change, plain


def figure(answer, unit):
    return Figure("money.x", answer if not isinstance(answer, float) else Exact(answer), unit, "", {})


def text(answer, unit, **more):
    found = amount(figure(answer, unit), **more)
    return plain(found.text), plain(found.range)


@pytest.mark.parametrize(
    ("answer", "unit", "expected"),
    [
        # half an interval's width keeps two digits: 634 521 is 630 000, so tens of thousands are shown
        (Interval(1243918.0, 323739.0, 609397.0, 1878439.0), "USD", ("1 240 000 USD", "610 000 to 1 880 000")),
        (Interval(14.6, 6.1, 2.64, 26.56), "USD", ("15 USD", "3 to 27")),
        (Interval(0.43, 0.02, 0.391, 0.469), "share", ("43.0%", "39.1% to 46.9%")),
        (120000.0, "USD", ("120 000 USD", "")),
        (12.5, "USD", ("12.50 USD", "")),
        (1234.56, "USD per month", ("1 235 USD per month", "")),
        (1234.0, "JPY", ("1 234 JPY", "")),
        (14.23, "months", ("14.2 months", "")),
        (1.0, "months", ("1 month", "")),
        (0.36, "share", ("36%", "")),
        (0.0598905, "share per month", ("6.0% per month", "")),
        (312.4, "tickets fewer per month", ("312 tickets fewer per month", "")),
        (-3.0, "days", ("-3 days", "")),
    ],
)
def test_a_figure_as_text(answer, unit, expected):
    assert text(answer, unit) == expected


def test_a_difference_has_a_sign_and_shares_differ_by_points():
    assert text(Interval(0.055, 0.0044, 0.0464, 0.0636), "share", difference=True) == ("+5.50 pp", "+4.64 to +6.36")
    assert text(15.0, "USD", difference=True) == ("+15 USD", "")


def test_an_effect_is_rounded_as_the_study_writes_it_and_an_amount_of_money_to_tens():
    found = Interval(26.3, 67.3, -105.6, 158.2)
    assert text(found, "USD", difference=True) == ("+26 USD", "-106 to +158")
    assert text(found, "USD") == ("30 USD", "-110 to 160")
    assert plain(change(found, Unit("USD", "USD"))) == "+26"


def test_without_a_number_there_is_a_reason():
    found = amount(figure(NoEstimate("it is never paid back."), "months"))
    assert (found.text, found.reason, found.known) == ("none", "it is never paid back", False)


def test_no_probability_is_finer_than_a_thousandth():
    assert [chance(figure(p, "share")).text for p in (2e-9, 0.001, 0.25, 0.997, 0.9999)] == [
        "below 0.1%",
        "0.10%",
        "25%",
        "99.7%",
        "above 99.9%",
    ]


def test_a_headline_speaks_of_millions_without_sign():
    assert plain(short(figure(Interval(-1243918.0, 3e5, -1.8e6, -6e5), "USD"))) == "1.24 million USD"
    assert plain(short(figure(Interval(2.15e6, 2.8e6, -3.4e6, 7.7e6), "USD"))) == "2.2 million USD"
    assert plain(short(figure(-412000.0, "USD"))) == "412 000 USD"
    assert short(figure(NoEstimate("none"), "USD")) == "none"


def test_what_is_not_finite_does_not_break_a_page():
    assert text(math.inf, "USD")[0] == "∞ USD"
    assert text(Interval(1.0, math.inf, -math.inf, math.inf), "USD") == ("1 USD", "-∞ to ∞")


def test_amounts_in_a_table_leave_the_currency_to_the_heading():
    assert (plain(money(12400.4, "USD")), money(12.5, "USD"), plain(written(12.5, "USD"))) == (
        "12 400",
        "12.50",
        "12.50 USD",
    )


def test_money_is_told_from_counts():
    assert is_money("USD per month") and not is_money("tickets fewer per month")


def test_fewer_than_none_is_more():
    fewer = Interval(-130.0, 50.0, -228.0, -32.0)
    assert text(fewer, "tickets fewer per month") == ("130 tickets more per month", "32 to 228")
    assert text(-2.0, "units more per month") == ("2 units fewer per month", "")
    assert text(fewer, "USD") == ("-130 USD", "-228 to -32")
