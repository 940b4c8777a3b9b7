"""Shares are exact, names are plain, and what does not fit says what would."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.definitions import values
from liftledger.definitions.notes import Unfit


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1/3", Fraction(1, 3)),
        ("5%", Fraction(1, 20)),
        ("33.3%", Fraction(333, 1000)),
        ("0.1", Fraction(1, 10)),
        ("0", 0),
    ],
)
def test_shares_are_exact(text, share):
    assert values.share.parse(text) == share


@pytest.mark.parametrize("text", ["", "1/0", "-5%", "5 %%", "a", "1/2/3", "101%", "5", "1e-3", "½"])
def test_what_is_no_share(text):
    with pytest.raises(Unfit):
        values.share.parse(text)


@given(st.fractions(0, 1, max_denominator=10**6))
def test_a_written_fraction_is_read_back(share):
    assert values.share.parse(str(share)) == share


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("500.00", ("value", Decimal(500))),
        ("-3", ("value", Decimal(-3))),
        ("p99.5", ("percentile", Decimal("99.5"))),
        ("p1", ("percentile", Decimal(1))),
    ],
)
def test_limits(text, limit):
    assert values.limit.parse(text) == limit


@pytest.mark.parametrize("text", ["0", "0.00", "p0", "p100", "p99.995", "99%", "1e9", "", "inf"])
def test_what_is_no_limit(text):
    with pytest.raises(Unfit):
        values.limit.parse(text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("Revenue", "'revenue' would do"),
        ("a-b", "'a_b' would do"),
        ("Müşteri", "'musteri' would do"),
        ("1st", ""),
        ("", ""),
        ("é", ""),
        ("_x", "'x' would do"),
    ],
)
def test_what_is_no_name(text, cure):
    with pytest.raises(Unfit) as unfit:
        values.name.parse(text)
    assert cure in unfit.value.cure


def test_a_name_that_is_too_long_is_told_so():
    assert values.name.parse("a" * 63) == "a" * 63
    with pytest.raises(Unfit) as caught:
        values.name.parse("a" * 64)
    assert caught.value.cure == "shorten it from 64 to at most 63 characters"


@pytest.mark.parametrize(
    ("text", "cure"), [("0.5", "0.95 means 95%"), ("1", "0.95 means"), ("95%", "write 0.95"), ("x", "")]
)
def test_what_is_no_confidence(text, cure):
    with pytest.raises(Unfit) as unfit:
        values.confidence.parse(text)
    assert cure in unfit.value.cure


def test_a_tab_can_be_written():
    assert values.character.parse("\\t") == "\t"
    with pytest.raises(Unfit):
        values.character.parse(";;")


@pytest.mark.parametrize(
    ("text", "share"), [("80%", "0.8"), ("3.5 %", "0.035"), ("0.10", "0.1"), ("1", "1"), ("0%", "0")]
)
def test_percentages_are_exact_decimals(text, share):
    assert str(values.percentage.parse(text)) == share


@pytest.mark.parametrize("text", ["", "-3%", "101%", "1.5", "1/3", "1e-2", "%", "nan"])
def test_what_is_no_percentage(text):
    with pytest.raises(Unfit):
        values.percentage.parse(text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("10", "it is at most 1; write 10% for a percentage"),
        ("1.5", "it is at most 1, which is 100%; write the percentage that is meant, such as 1.5% or 15%"),
        ("150%", "it is at most 100%"),
        ("1000", "it is at most 1"),
    ],
)
def test_of_a_number_above_1_the_percentage_is_asked_for(text, cure):
    with pytest.raises(Unfit) as unfit:
        values.percentage.parse(text)
    assert unfit.value.cure == cure


def test_a_discount_of_1_may_be_one_percent_or_all():
    with pytest.raises(Unfit) as unfit:
        values.rate.parse("1")
    assert unfit.value.cure == "that is 100% a year: write 1% or 100%, whichever is meant"
    assert (values.rate.parse("1%"), values.rate.parse("100%"), values.rate.parse("0")) == (Decimal("0.01"), 1, 0)


@pytest.mark.parametrize(
    ("text", "amount"), [("12.50", "12.5"), ("120000", "120000"), ("0.00", "0"), ("0.005", "0.005")]
)
def test_amounts_are_spelled_in_one_way(text, amount):
    assert str(values.amount.parse(text)) == amount


STAND = "amounts stand without a currency, in that of the file: write"


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("1,200", "write 1200"),
        ("1_200.5", "write 1200.5"),
        ("1'200", "write 1200"),
        ("1 234,50", "write 1234.50"),
        ("1.234,50", "write 1234.50"),
        ("1.234.567", "write 1234567"),
        ("19,5", "write 19.5"),
        ("0,004", "write 0.004"),
        ("1.200", "write 1200 or 1.2, whichever is meant"),
        ("12.345", "write 12345 or 12.3450, whichever is meant"),
        ("20.000", "write 20000 or 20, whichever is meant"),
        ("€1.234,50", f"{STAND} 1234.50 if it is that one, else convert it"),
        ("2.000 EUR", f"{STAND} 2000 or 2 if it is that one, else convert it"),
        ("12 $", f"{STAND} 12 if it is that one, else convert it"),
        ("1e3", "write 1000"),
        ("1.5e-05", "write 0.000015"),
        ("1e99", ""),
        ("", ""),
    ],
)
def test_what_is_no_amount(text, cure):
    with pytest.raises(Unfit) as unfit:
        values.positive_amount.parse(text)
    assert unfit.value.cure == cure


@pytest.mark.parametrize(
    ("value", "text", "cure"),
    [
        (values.percentage, "10,5%", "write 10.5%"),
        (values.percentage, "0,4", "write 0.4"),
        (values.effect, "-0,02", "write -0.02"),
        (values.effect, "1,5 %", "write 1.5%"),
        (values.number, "2,5", "write 2.5"),
    ],
)
def test_a_decimal_comma_is_told_what_to_write(value, text, cure):
    with pytest.raises(Unfit) as unfit:
        value.parse(text)
    assert unfit.value.cure == cure


@pytest.mark.parametrize("text", ["0.002", "12.345678", "1234.567", "0.500", "1.2000"])
def test_three_decimals_are_thousands_only_where_a_group_of_digits_could_stand(text):
    assert values.amount.parse(text) == Decimal(text)


def test_a_number_of_a_metric_may_have_three_decimals():
    assert values.positive_number.parse("1.234") == 1.234


@pytest.mark.parametrize("text", ["EUR 5000", "USD5,000", "5000 EUR", "$5_000", "5 000 €"])
def test_an_amount_names_no_currency(text):
    with pytest.raises(Unfit) as unfit:
        values.amount.parse(text)
    assert unfit.value.cure == f"{STAND} 5000 if it is that one, else convert it"
