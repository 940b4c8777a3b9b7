"""Numbers are written so that nobody can read them two ways, and with no more digits than they deserve."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import Interval
from liftledger.report import numbers
from tests.report.conftest import SPEND, VISIT

MONEY = numbers.unit_of(SPEND, "customer")
SHARE = numbers.unit_of(VISIT, "customer")


def interval(value, low, high):
    return Interval(value, 1.0, low, high)


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0"), (999, "999"), (1000, "1\u202f000"), (64000, "64\u202f000"), (1234567, "1\u202f234\u202f567")],
)
def test_thousands_are_set_apart_by_a_narrow_no_break_space(n, text):
    assert numbers.count(n) == text


@pytest.mark.parametrize(
    ("value", "places", "signed", "text"),
    [
        (0.7698, 2, True, "+0.77"),
        (-0.7698, 2, True, "−0.77"),
        (0.7698, 2, False, "0.77"),
        (-0.001, 2, True, "0.00"),
        (0.0, 0, True, "0"),
        (12345.678, 1, True, "+12\u202f345.7"),
        (1.5e-11, 12, True, "+1.5e-11"),
        (math.inf, 2, True, "∞"),
        (-math.inf, 2, True, "−∞"),
        (math.nan, 2, True, "undefined"),
    ],
)
def test_signs_and_decimals(value, places, signed, text):
    assert numbers.fixed(value, places, signed=signed) == text


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [
        (0.485, 1.055, 2),  # half the width is 0.285
        (64.4, 197.7, 0),  # 66.7
        (64.1, 80.7, 1),  # 8.3
        (0.5, 0.861, 2),  # 0.18
        (0.0004, 0.6, 4),  # 0.3 would give 2, but an end that is above 0 must not read as 0
        (-0.0004, 0.6, 4),
        (0.0, 0.6, 2),
        (5000.0, 9000.0, 0),
        (1.0, 1.0, 0),
        (-math.inf, 1.0, 2),
    ],
)
def test_decimals_follow_the_width_of_the_interval(low, high, places):
    assert numbers.places(low, high) == places


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_an_end_that_is_not_0_is_not_written_as_0(low, width):
    high = low + width
    shown = [numbers.fixed(end, numbers.places(low, high)) for end in (low, high)]
    for end, text in zip((low, high), shown, strict=True):
        assert abs(end) < 1e-9 or text.strip("0.−")


def test_money_carries_its_currency():
    # Hillstrom, Mens E-Mail: +0.769827 [0.485140, 1.054515], p. 1 of the brief
    effect = interval(0.769827155895, 0.485139732568, 1.05451457922)
    assert numbers.change(effect, MONEY) == "+0.77\u202fUSD"
    assert numbers.change_range(effect, MONEY) == "+0.49 to +1.05"
    assert numbers.level(1234.5, MONEY, 2) == "1\u202f234.50\u202fUSD"
    assert MONEY.words == "USD per customer"


def test_shares_differ_by_percentage_points():
    effect = interval(0.0765895636515, 0.0699531476098, 0.0832259796933)
    assert numbers.change(effect, SHARE) == "+7.66\u202fpp"
    assert numbers.change_range(effect, SHARE) == "+7.00 to +8.32"
    assert numbers.level(0.106167276823, SHARE, 2) == "10.62%"
    assert (SHARE.words, SHARE.scale) == ("percentage points", "share of customers")


def test_lifts_are_percent():
    found = interval(1.17928877036, 0.643675384363, 1.97748079177)
    assert (numbers.lift(found), numbers.lift_range(found)) == ("+118%", "+64% to +198%")


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ({"kind": "count", "unit": "rows"}, "rows per customer"),
        ({"kind": "rate", "unit": "per 30 days"}, "per 30 days"),
        ({"kind": "rate", "unit": "rows per user and 30 days", "fact": "tickets"}, "tickets per user and 30 days"),
        ({"kind": "time_to", "unit": "days"}, "days"),
        ({"kind": "mean", "unit": "USD"}, "USD"),
        ({"kind": "ratio", "unit": "USD per order"}, "USD per order"),
        ({"kind": "sum", "unit": "rounds_played"}, "per customer"),
        ({"kind": "mean", "unit": "satisfaction_score"}, ""),
    ],
)
def test_a_metric_says_per_what(metric, words):
    assert numbers.unit_of(msgspec.structs.replace(SPEND, **metric), "customer").words == words


def test_a_column_names_a_heading_but_no_amount():
    score = numbers.unit_of(msgspec.structs.replace(SPEND, kind="mean", unit="satisfaction_score"), "customer")
    assert (score.scale, numbers.measured("3.96", score)) == ("satisfaction score", "3.96")
    assert numbers.measured("0.77", MONEY) == "0.77 USD per customer"


def test_a_part_is_named_after_its_metric():
    parts = {"share": "30 days", "category": "billing", "worth": ""}
    found = [
        msgspec.structs.replace(SPEND, part_of="tickets_per_month", part=part, part_value=value)
        for part, value in parts.items()
    ]
    assert [(numbers.name_of(metric), numbers.part_of(metric)) for metric in found] == [
        ("tickets per month by 30 days", "by 30 days"),
        ("tickets per month, billing", "billing"),
        ("tickets per month at their worth", "at their worth"),
    ]
    assert (numbers.name_of(SPEND), numbers.part_of(SPEND)) == ("spend", "")


def test_a_missing_value_is_said():
    assert numbers.level(None, MONEY) == "none"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.903692957566, "p = 0.90"),
        (0.00112939710236, "p = 0.0011"),
        (1.16381496823e-07, "p = 1.2e-7"),
        (1.36445119627e-112, "p = 1.4e-112"),
        (0.0, "p < 1e-300"),
        (1.0, "p = 1.0"),
    ],
)
def test_p_values(p, text):
    assert numbers.plain(numbers.p_value(p)) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [(7, "7 days"), (1, "1 day"), (0.5, "12 hours"), (1 / 24, "1 hour"), (90 / 1440, "90 minutes"), (1.5, "36 hours")],
)
def test_durations(days, text):
    assert numbers.duration(days) == text


@pytest.mark.parametrize(
    ("rfc3339", "text"),
    [
        ("2024-05-01T00:00:00Z", "2024-05-01 00:00 UTC"),
        ("2024-05-01T09:30:15+00:00", "2024-05-01 09:30:15 UTC"),
        ("2024-05-01T09:30:15.250000Z", "2024-05-01 09:30:15.250000 UTC"),
        ("2024-05-01", "2024-05-01"),
    ],
)
def test_instants(rfc3339, text):
    assert numbers.instant(rfc3339) == text


def test_exact_numbers_are_those_of_the_report():
    assert numbers.exact(0.769827155895) == "0.769827155895"


@pytest.mark.parametrize(
    ("noun", "many"), [("customer", "customers"), ("company", "companies"), ("day", "days"), ("box", "boxes")]
)
def test_plurals(noun, many):
    assert (numbers.plural(noun), numbers.plural(noun, 1)) == (many, noun)


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_listings(names, text):
    assert numbers.listing(names) == text


def test_right_to_left_text_is_fenced_off_and_other_text_is_not():
    assert numbers.isolated("مرحبا") == "\u2068مرحبا\u2069"
    assert numbers.isolated("Mens E-Mail") == "Mens E-Mail"


def test_a_terminal_gets_plain_signs_and_no_commands():
    assert numbers.plain("−1\u202f234\x1b[31m\u2068x\u2069\x07") == "-1 234[31mx"


def test_wrapping_never_breaks_a_number():
    text = numbers.wrapped("aaaa 12\u202f345", 8)
    assert text == "aaaa\n12 345"
