"""Headlines in words: what changed, by how much, how sure, and never more than was shown."""

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report.headline import by_name, first_line, leading, sentence
from liftledger.report.numbers import plain
from tests.report.conftest import (
    MENS,
    WOMENS,
    armless_report,
    broken_report,
    changed_estimate,
    changed_study,
    large_report,
    small_report,
    troubled_report,
)


def said(report, wanted):
    estimate = next(e for e in report.estimates if e.id == wanted)
    found = sentence(estimate, by_name(report)[estimate.metric], report.confidence)
    return plain(str(found)), plain(found.sureness)


def line(report):
    return plain(first_line(report, report.studies[0]))


def test_a_proven_effect_rises_or_falls():
    assert said(small_report(), "email.spend.mens-e-mail.welch") == (
        "With Mens E-Mail, spend rose by 0.77 USD per customer: 1.42 USD against 0.65 USD, a lift of +118%.",
        "95% confidence: between +0.49 and +1.05 USD per customer; lift between +64% and +198%; p = 1.2e-7.",
    )


def test_an_interval_with_0_is_not_proven():
    report = troubled_report()
    assert said(report, "email.conversion.womens-e-mail.welch") == (
        "Not proven: with Womens E-Mail, conversion was 0.01 percentage points higher: 0.88% against 0.57%. "
        "The interval contains 0.",
        "95% confidence: between -0.15 and +0.17 percentage points; no lift: the control value is not clearly "
        "different from 0, so Fieller's interval is unbounded; p = 0.89.",
    )


def test_an_effect_of_exactly_0_has_no_direction():
    report = changed_estimate(
        small_report(), "email.spend.mens-e-mail.welch", effect=Interval(0.0, 0.1, -0.2, 0.2), lift=NoEstimate("none")
    )
    assert said(report, "email.spend.mens-e-mail.welch")[0] == (
        "Not proven: with Mens E-Mail, spend was no different: 1.42 USD against 0.65 USD. The interval contains 0."
    )


def test_a_worse_outcome_says_so():
    report = changed_estimate(
        small_report(), "email.spend.mens-e-mail.welch", effect=Interval(-0.5, 0.1, -0.7, -0.3), lift=NoEstimate("none")
    )
    assert said(report, "email.spend.mens-e-mail.welch")[0] == (
        "Worse: with Mens E-Mail, spend fell by 0.50 USD per customer: 1.42 USD against 0.65 USD; higher is better."
    )


def test_guardrails_say_what_is_not_ruled_out():
    report = troubled_report()
    assert said(report, "email.refund_rate.mens-e-mail.welch")[0].startswith(
        "Guardrail breached: with Mens E-Mail, refund"
    )
    words, sureness = said(report, "email.refund_rate.womens-e-mail.welch")
    assert words.startswith("No harm proven: with Womens E-Mail")
    assert sureness.endswith("Harm of up to +0.18 percentage points is not ruled out.")


def test_what_was_not_randomised_is_no_effect():
    report = changed_estimate(small_report(), "email.spend.mens-e-mail.welch", grade=Grade.QUASI_EXPERIMENTAL)
    words, _ = said(report, "email.spend.mens-e-mail.welch")
    assert words.startswith("With Mens E-Mail, spend was 0.77 USD per customer higher")
    assert "rose" not in words


def test_no_estimate_says_why():
    words, sureness = said(troubled_report(), "email.visit.womens-e-mail.welch")
    assert words == "No answer for visit with Womens E-Mail: arm 'Womens E-Mail' has 1 unit; a variance needs 2."
    assert sureness == ""


def test_without_arms_only_what_was_seen_is_told():
    words, sureness = said(armless_report(), "customers.mrr.everyone.mean")
    assert words == "Observed: mrr is 22 681 USD per account, over 500 accounts."
    assert sureness == "There is no control arm, so this says what happened, not what caused it."


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (small_report, "Spend rose by 0.77 USD per customer with Mens E-Mail and by 0.42 with Womens E-Mail."),
        (broken_report, "Broken: a check failed, so no number of this study may be used."),
        (armless_report, "Nothing can be claimed as an effect here: this study has no control arm."),
    ],
)
def test_the_first_line_of_a_study(report, text):
    assert line(report()) == text


def test_the_first_line_tells_arms_with_different_answers_apart():
    report = changed_estimate(small_report(), "email.spend.womens-e-mail.welch", effect=Interval(0.1, 0.2, -0.3, 0.5))
    assert line(report) == (
        "Spend rose by 0.77 USD per customer with Mens E-Mail; is not proven to have changed with Womens E-Mail."
    )


def test_the_first_line_never_leaves_out_a_breached_guardrail():
    assert line(troubled_report()).endswith("Guardrail breached: refund rate with Mens E-Mail.")


def test_the_first_line_counts_where_there_are_many_arms():
    report = small_report()
    mens = next(e for e in report.estimates if e.id == "email.spend.mens-e-mail.welch")
    more = tuple(msgspec.structs.replace(mens, id=f"email.spend.{n}.welch", arm=str(n)) for n in range(4))
    many = msgspec.structs.replace(report, estimates=(*more, *report.estimates))
    assert line(many) == "Spend, 6 arms: better in 6."


def test_a_study_without_estimates_promises_nothing():
    assert line(msgspec.structs.replace(small_report(), estimates=())) == "No number can be given yet."


def test_the_north_star_leads():
    report = large_report()
    assert leading(report.headlines("email"), by_name(report)).metric == "spend_2"


def test_the_quasi_experimental_first_line_does_not_claim_a_cause():
    report = changed_study(small_report(), grade=Grade.QUASI_EXPERIMENTAL)
    estimates = tuple(msgspec.structs.replace(e, grade=Grade.QUASI_EXPERIMENTAL) for e in report.estimates)
    assert line(msgspec.structs.replace(report, estimates=estimates)) == (
        f"Spend was higher by 0.77 USD per customer with {MENS} and by 0.42 with {WOMENS}."
    )
