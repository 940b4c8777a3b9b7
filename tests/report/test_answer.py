"""The three questions are answered in plain words, and harm is told first."""

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.evidence import Grade
from liftledger.report.answer import answers, harms
from liftledger.report.numbers import plain
from liftledger.report.verdict import Verdict
from tests.report.company import broken_company_report, company_report, young_company_report
from tests.report.conftest import changed_estimate

HEADLINE = "offers.expansion_revenue.model.welch"


def told(report):
    return [(found.question, found.short, plain(found.sentence)) for found in answers(report)]


def test_the_three_answers():
    assert told(company_report()) == [
        ("Is value reached faster?", "Yes",
         "With guided, time to value fell by 2.11 days: 11.31 days against 13.42 days, 15.7% less."),
        ("Are tickets avoided?", "Yes, but with harm",
         "With personalized, tickets per month fell by 0.060 per 30 days: 0.345 against 0.405, a lift of -14.8%."),
        ("Do accounts expand?", "Yes",
         "With model, expansion revenue rose by 15 USD per account: 56 USD against 41 USD, a lift of +35%."),
    ]  # fmt: skip


def test_the_time_saved_is_the_lift_turned_around():
    found = answers(company_report())[0]
    # lift -2.113 / 13.42 = -15.745 %, standard error 0.112 / 13.42 = 0.835 %
    assert (found.reduction, found.reduction_range) == ("15.7%", "14.1% to 17.4%")
    assert answers(company_report())[1].reduction == ""


def test_proven_harm_is_named_with_its_category_and_with_its_segment():
    assert [plain(text) for text in harms(company_report())] == [
        "Harm is proven: tickets per month, billing, rose by 0.0150 per 30 days with personalized."
    ]
    report = company_report()
    young = "offers.expansion_revenue.model.maturity=new.welch"
    report = changed_estimate(report, young, effect=Interval(-20.0, 4.0, -28.0, -12.0))
    panels = tuple(msgspec.structs.replace(p, harms=(young,) if p.topic == "expansion" else ()) for p in report.panels)
    assert harms(msgspec.structs.replace(report, panels=panels)) == (
        "Harm is proven: expansion revenue fell by 20.0 USD per account with model (maturity new).",
    )


def test_what_is_not_proven_or_the_contrary_is_no_yes():
    unproven = changed_estimate(company_report(), HEADLINE, effect=Interval(2.0, 4.0, -6.0, 10.0))
    assert told(unproven)[2][1] == "Not proven"
    assert told(unproven)[2][2].startswith("With model, expansion revenue was 2.0 USD per account higher")
    worse = changed_estimate(company_report(), HEADLINE, effect=Interval(-20.0, 4.0, -28.0, -12.0))
    assert told(worse)[2][1] == "No, the contrary"


def test_what_was_not_randomised_is_no_yes():
    report = changed_estimate(company_report(), HEADLINE, grade=Grade.QUASI_EXPERIMENTAL)
    assert answers(report)[2].short == "Better, not randomised"


def test_a_broken_study_answers_nothing():
    found = answers(broken_company_report())[1]
    assert (found.short, found.verdict) == ("Broken", Verdict.BROKEN)
    assert "0.06" not in found.sentence + found.sureness


def test_a_young_study_says_when():
    assert [found.short for found in answers(young_company_report())] == ["No answer yet"] * 3
    assert answers(young_company_report())[0].sentence.startswith("No window has closed. The first answer can be given")


def test_curves_are_those_of_both_arms():
    control, treated = answers(company_report())[0].curves
    assert (control.arm, treated.arm) == ("standard", "guided")
    assert answers(company_report())[1].curves is None
