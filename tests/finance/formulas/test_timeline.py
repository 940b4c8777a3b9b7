"""What must be live by when."""

from datetime import date

import pytest

from liftledger.finance.formulas.timeline import quarters


def test_a_calendar_year():
    found = quarters(date(2026, 1, 31), year_end=12, term=12, sales=2, number=5)
    assert [one.name for one in found] == ["Q1 FY2026", "Q2 FY2026", "Q3 FY2026", "Q4 FY2026", "Q1 FY2027"]
    assert [one.end for one in found][:2] == [date(2026, 3, 31), date(2026, 6, 30)]
    assert found[3].live_by == date(2026, 10, 31)


def test_a_fiscal_year_that_ends_in_january():
    found = quarters(date(2026, 11, 15), year_end=1, term=12, sales=0, number=2)
    assert [(one.name, one.end) for one in found] == [
        ("Q4 FY2027", date(2027, 1, 31)),
        ("Q1 FY2028", date(2027, 4, 30)),
    ]


def test_the_quarters_shares_add_up_to_the_year_of_even_signing():
    found = quarters(date(2026, 1, 1), year_end=12, term=12, sales=0, number=4)
    assert sum(one.earned for one in found) / 4 == pytest.approx(0.5, rel=1e-15)


def test_the_last_quarter_earns_an_eighth_of_an_annual_contract():
    last = quarters(date(2026, 10, 1), year_end=12, term=12, sales=0, number=1)[0]
    assert last.earned == pytest.approx((2.5 + 1.5 + 0.5) / 3 / 12, rel=1e-15)


def test_a_monthly_contract_is_earned_nearly_at_once():
    first = quarters(date(2026, 1, 1), year_end=12, term=1, sales=0, number=1)[0]
    assert first.earned == 1
