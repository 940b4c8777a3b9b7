"""Recognition of revenue."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.finance.formulas.recognition import earned, earned_by_day, month_end


def test_half_of_what_is_signed_evenly_through_a_year_is_earned_in_it():
    # finance.md section 6, (a)
    assert sum(earned([1 / 12] * 12, 12)) == pytest.approx(0.5, rel=1e-15)


def test_january_of_an_annual_contract_by_days():
    # finance.md section 6: 101.92; a public guide prints 101.99, because it rounds the daily rate first
    found = earned_by_day(1200, date(2025, 1, 1), date(2025, 12, 31), until=date(2025, 1, 31))
    assert found == pytest.approx(1200 * 31 / 365, rel=1e-15)
    assert round(found, 2) == 101.92


def test_a_contract_is_earned_in_full_and_no_more():
    first, last = date(2024, 2, 29), date(2025, 2, 27)
    assert earned_by_day(500, first, last, until=date(2030, 1, 1)) == 500
    assert earned_by_day(500, first, last, until=date(2024, 2, 28)) == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=24), st.integers(1, 12))
def test_all_that_is_signed_is_earned_in_the_end(signed, term):
    later = earned([*signed, *[0.0] * (term + 1)], term)
    assert sum(later) == pytest.approx(sum(signed), abs=1e-6)


def test_a_term_of_one_month_lies_half_in_the_month_of_signing():
    assert earned([100, 0, 0], 1) == (50, 50, 0)


def test_ends_of_months():
    assert month_end(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert month_end(date(2025, 3, 15), -1) == date(2025, 2, 28)
    assert month_end(date(2025, 12, 1), 1) == date(2026, 1, 31)
