"""Minor units as ISO 4217 lists them."""

import re

import pytest

from liftledger.domain.money import FOUR_DIGITS, MINOR_DIGITS, THREE_DIGITS, TWO_DIGITS, WITHOUT_MINOR_UNIT


@pytest.mark.parametrize(
    ("code", "digits"),
    # ISO 4217, list one, column «minor unit»
    [
        ("USD", 2),
        ("EUR", 2),
        ("GBP", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("MGA", 2),
    ],
)
def test_minor_digits(code, digits):
    assert MINOR_DIGITS[code] == digits


def test_no_currency_is_listed_twice():
    listed = [code for codes in (WITHOUT_MINOR_UNIT, TWO_DIGITS, THREE_DIGITS, FOUR_DIGITS) for code in codes.split()]
    assert len(listed) == len(set(listed)) == len(MINOR_DIGITS)


def test_codes_are_three_capital_letters():
    assert all(re.fullmatch("[A-Z]{3}", code) for code in MINOR_DIGITS)
