"""The terminal's summary fits 100 columns, whatever it is given, and hides nothing."""

import unicodedata

import msgspec
import pytest

from liftledger.report.summary import summary
from tests.report import conftest
from tests.report.company import broken_company_report, company_report
from tests.report.conftest import armless_report, broken_report, small_report, troubled_report


@pytest.mark.parametrize(
    "name",
    [
        *("small", "broken", "armless", "troubled", "hostile", "large"),
        *("company", "losing_company", "broken_company", "young_company", "hostile_company"),
    ],
)
def test_it_fits_and_cannot_steer_the_terminal(name):
    text = summary(getattr(conftest, f"{name}_report")())
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not {letter for letter in text if unicodedata.category(letter) == "Cc"} - {"\n"}


def test_a_study_at_a_glance():
    assert (
        summary(small_report())
        == """\
Hillstrom, as of 2008-04-04 00:00 UTC, 95% intervals

email, experiment by customer. Grade: randomised, units were assigned at random, so the difference
  between the arms is the effect.
  Spend rose by 0.77 USD per customer with Mens E-Mail and by 0.42 with Womens E-Mail.
  Arms: No E-Mail (21 306 customers, control), Mens E-Mail (21 307 customers) and Womens E-Mail
    (21 387 customers).
  Sample ratio: p = 0.90 (planned 33.33%, 33.33%, 33.33%; found 33.29%, 33.29%, 33.42%).

                   control  treated                effect                   lift         p
  visit, share of customers, effect in percentage points
    Mens E-Mail     10.62%   18.28%  +7.66 [+7.00, +8.32]  +72.1% [+64.1, +80.7]  1.4e-112  Better
    Womens E-Mail   10.62%   15.14%  +4.52 [+3.89, +5.16]  +42.6% [+35.6, +50.0]   2.4e-44  Better
  conversion, share of customers, effect in percentage points
    Mens E-Mail      0.57%    1.25%  +0.68 [+0.50, +0.86]      +119% [+78, +174]   1.5e-13  Better
    Womens E-Mail    0.57%    0.88%  +0.31 [+0.15, +0.47]        +54% [+23, +95]    1.6e-4  Better
  spend, USD per customer
    Mens E-Mail       0.65     1.42  +0.77 [+0.49, +1.05]      +118% [+64, +198]    1.2e-7  Better
    Womens E-Mail     0.65     1.08  +0.42 [+0.17, +0.68]       +65% [+22, +127]    0.0011  Better

  Arms were planned in shares of a third each.
  Found shares fit the plan (p = 0.90).
"""
    )


def test_what_is_not_proven_broken_or_unknown_is_said():
    text = summary(troubled_report())
    assert "Not proven" in text and "No harm proven" in text and "Breached" in text
    assert "No effect: arm 'Womens E-Mail' has 1 unit; a variance needs 2" in text
    assert "maturing: 120 control and 118 treatment customers wait for the end of a window of 14 days" in text
    assert "Sample ratio mismatch" in summary(broken_report())
    assert "Sample ratio: not tested, nothing was randomised." in summary(armless_report())
    assert "mrr, USD per account\n    everyone  22 681  Observed" in summary(armless_report())


def test_what_is_not_in_the_numbers_is_said():
    text = " ".join(summary(armless_report()).split())
    assert "Left out and counted: 3 rejected rows of churn_events, 2 repeated rows of churn_events, 148 blank" in text
    assert "and 8 units without a match in tickets." in text
    report = small_report()
    mixed = msgspec.structs.replace(report.studies[0], contaminated_parents={"company": 1, "team": 0})
    text = summary(msgspec.structs.replace(report, studies=(mixed,)))
    assert "  1 company had customers in several arms; none is counted twice.\n" in text
    assert "team" not in text


def test_where_nothing_is_compared_nobody_is_treated():
    assert "treated" not in summary(armless_report())
    assert "value" in summary(armless_report())


def test_colour_comes_only_when_asked():
    assert "\x1b[32mBetter\x1b[0m" in summary(small_report(), colour=True)
    assert "\x1b[31mBreached\x1b[0m" in summary(troubled_report(), colour=True)


def test_the_answers_and_the_money_come_first():
    text = summary(company_report())
    assert text.startswith(
        """\
Acme, as of 2026-07-01 00:00 UTC, 95% intervals

A simulated company: its true effects are known. Of 13 headline intervals, 12 hold the truth; about
  12 are expected to.

Harm is proven: tickets per month, billing, rose by 0.0150 per 30 days with personalized.

Personalization is worth 430 000 USD over 36 months, after its costs. 95% interval: 250 000 to
  620 000 USD. Probability of a loss: below 0.1%.
  Payback: 6.8 months.
"""
    )
    assert "Is value reached faster? Yes.\n  With guided, time to value fell by 2.11 days" in text
    assert "true effect +4.55 pp, outside the interval" in text


def test_a_broken_company_s_terminal_holds_no_money():
    first, *_ = summary(broken_company_report()).split("\nprogram, holdout")
    assert "No money is shown: study 'program' is broken." in first
    assert "Net present value" not in first and "NPV" not in first and "payback" not in first.lower()


def test_the_short_answers_are_painted_when_asked():
    assert "Is value reached faster? \x1b[32mYes\x1b[0m." in summary(company_report(), colour=True)
