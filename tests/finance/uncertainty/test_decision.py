"""The decision: when to scale, to stop and to go on, and what it says of it."""

from decimal import Decimal

import pytest

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Thresholds
from liftledger.finance.formulas.information import evpi, evsi
from liftledger.finance.formulas.normal import chance_below_zero
from liftledger.finance.uncertainty.chance import chance_of
from liftledger.finance.uncertainty.decision import decide
from liftledger.finance.uncertainty.decision_text import Remarks, effect, money, remarks, shares
from liftledger.finance.uncertainty.next_test import Evidence, next_test
from liftledger.finance.uncertainty.outlook import Outlook
from tests.finance.cases import large
from tests.finance.lines import number, reason
from tests.finance.test_golden import CENT, PRIOR, golden
from tests.finance.uncertainty.test_luck import several

BREAK_EVEN = Remarks("break-even needs 1.6%")


def decided(mean, sd=100_000.0, *, months=3.0, remarks=BREAK_EVEN, monthly=1_000, **thresholds):
    look = Outlook(mean, sd, chance_below_zero(-mean, sd), evpi(mean, sd), "closed form")
    evidence = [Evidence("program", sd, sd, months)]
    return decide(look, evidence, Thresholds(test_monthly=Decimal(monthly), **thresholds), "USD", remarks)


def test_scale_where_a_gain_is_likely_enough():
    # P(NPV > 0) = 0.9 at 1.2815516 standard errors: R, qnorm(0.9) = 1.281551565544600
    assert [decided(mean).verdict for mean in (128_156, 128_155)] == ["scale", "continue"]
    assert decided(128_155, scale=Decimal("0.89")).verdict == "scale"


def test_stop_where_a_loss_is_likely_and_no_test_pays():
    # P(NPV > 0) = 0.2 at -0.8416212: R, qnorm(0.2) = -0.841621233572914; perfect information is worth 11,157 there
    assert [decided(-84_163, monthly=monthly).verdict for monthly in (20_000, 100)] == ["stop", "continue"]
    assert decided(-84_162, monthly=20_000).verdict == "continue"
    assert decided(-84_162, monthly=20_000, stop=Decimal("0.21")).verdict == "stop"


def test_the_golden_case_goes_on_for_as_long_as_it_pays():
    thresholds = Thresholds(test_monthly=Decimal(2_000))
    case = golden(PRIOR)
    found = chance_of(case.workings, case.summary, thresholds, {"test": 3.0}, confidence=0.9).decision
    assert (found.verdict, found.scale_at, found.stop_at) == ("continue", 0.9, 0.2)
    assert number(found.evpi) == pytest.approx(27_993.89, abs=CENT)
    best = next_test(-114_389.365217, [Evidence("test", 177_994.15984, 227_943.7437987, 3.0)], 2_000, 12)
    assert number(found.months) == best.months == 4
    assert number(found.evsi) == pytest.approx(best.evsi)
    assert number(found.enbs) == pytest.approx(best.evsi - 8_000)
    assert found.text == (
        "Continue the test for 4 months: the NPV is above 0 with a probability of 26%, and 90% is asked for. "
        "What 4 months of testing would tell is worth 10\u202f700 USD and costs 8\u202f000 USD. "
        "On current evidence this loses money; break-even needs 1.6%, and 1.2% is expected."
    )


def test_what_is_unshrunk_is_never_scaled_without_a_word():
    found = decided(200_000, remarks=Remarks("", ("sales",)))
    assert found.verdict == "scale"
    assert found.text == (
        "Scale: the NPV is above 0 with a probability of 98%, and 90% is asked for. "
        "Unshrunk: no prior is declared for sales. What is priced because it looked good is too good on average, and "
        "10% of programs that do nothing and cost nothing get this far by luck."
    )
    assert "Unshrunk" not in decided(200_000).text


def test_what_nobody_has_measured_is_tested_first():
    found = decided(200_000, months=None, remarks=Remarks("", assumed=("sales",)))
    assert found.verdict == "continue"
    assert found.text.startswith(
        "Test first: nobody has measured sales. If what is assumed holds, the NPV is above 0 with a probability of 98%"
    )
    assert f"No test is worth more than {money(number(found.evpi), 'USD')}: " in found.text


def test_stopping_says_why_and_what_it_would_take():
    assert decided(-150_000, monthly=20_000).text == (
        "Stop: the NPV is above 0 with a probability of 7%, 20% or less means stop, and no further test pays. "
        "What 1 month of testing would tell is worth 19 USD and costs 20\u202f000 USD. "
        "On current evidence this loses money; break-even needs 1.6%."
    )


def test_where_no_test_pays_and_nothing_is_sure_it_says_what_to_go_by():
    found = decided(-50_000, monthly=90_000)
    assert found.verdict == "continue" and number(found.enbs) < 0
    assert "though none pays" in found.text
    assert "Whoever must choose now goes by the expected NPV, \u221250\u202f000 USD." in found.text


def test_a_cost_that_nobody_declared_is_told():
    found = decided(50_000, monthly=0)
    assert number(found.months) == 12  # the longest allowed
    most = number(found.evsi) / 12
    assert f"does not pay if it costs more than {money(most, 'USD')}." in found.text


def test_without_a_pace_of_evidence_the_length_is_not_told():
    found = decided(50_000, months=None)
    assert found.verdict == "continue"
    for figure in (found.enbs, found.months):
        assert reason(figure).startswith("how fast evidence comes in program is not known")
    assert "for how long cannot be said" in found.text
    assert number(found.evsi) == pytest.approx(evsi(50_000, 100_000, 100_000))  # of a test as large as the last
    assert f"A test as large as the last is worth {money(number(found.evsi), 'USD')}" in found.text
    assert number(found.evpi) == evpi(50_000, 100_000)


def test_without_a_pace_it_stops_where_even_certainty_costs_more_than_it_is_worth():
    certainty = evpi(-150_000, 100_000)  # 2,930
    verdicts = [decided(-150_000, months=None, monthly=cost).verdict for cost in (certainty - 1, certainty + 1)]
    assert verdicts == ["continue", "stop"]


def test_a_test_without_a_cost_is_not_worth_running_for_ever():
    # L(2.7) = 0.00106, L(2.75) = 0.00090 (phi(u) - u x (1 - Phi(u))); a thousandth of the sd is nothing. A test that
    # costs nothing would else go on whatever it found.
    assert decided(-300_000, monthly=0).verdict == "stop"
    assert decided(-300_000, monthly=0, months=None).verdict == "stop"
    assert [decided(mean, monthly=0, months=None).verdict for mean in (-270_000, -275_000)] == ["continue", "stop"]
    assert decided(-300_000, monthly=0).text == (
        "Stop: the NPV is above 0 with a probability of 0.1%, 20.0% or less means stop, and no further test pays. "
        "Nothing that a test may find changes the choice. On current evidence this loses money; break-even needs 1.6%."
    )


def test_a_plan_that_cannot_lose_within_its_ranges_is_tested_all_the_same():
    found = decided(500_000, months=None, remarks=Remarks("", assumed=("sales",)))
    assert found.verdict == "continue" and "is worth more than" not in found.text
    assert found.text.endswith("nothing that a test may find changes the choice: what it tests is the ranges.")


def test_what_is_certain_needs_no_test():
    gain, loss = (
        decide(Outlook(v, 0.0, float(v > 0), 0.0, "closed form"), [], Thresholds(), "USD", BREAK_EVEN) for v in (1, -1)
    )
    assert (gain.verdict, loss.verdict) == ("scale", "stop")
    assert loss.evpi.answer == Exact(0.0)
    assert isinstance(loss.evsi.answer, NoEstimate)


def test_break_even_is_an_effect_of_one_line_and_a_share_of_several():
    assert remarks(golden().workings) == Remarks("break-even needs 1.6%, and 2.0% is expected", ("sales",))
    assert remarks(golden(PRIOR).workings).unshrunk == ()
    assert remarks(several().workings).break_even.endswith(" times the expected effects")
    harm = large(lines=2, costs=1, effect=(-0.02, 0.008))
    assert remarks(harm).break_even == "no share of the expected effects pays the costs"


def test_numbers_in_sentences():
    assert [effect(value, "share") for value in (0.016209, -0.5, 0.0)] == ["1.6%", "\u221250%", "0%"]
    assert effect(-0.05234, "tickets per month") == "\u22120.052 tickets per month"
    assert [money(value, "USD") for value in (27_993.9, -12.4, 0.4)] == ["28\u202f000 USD", "\u221212 USD", "0 USD"]
    assert shares(0.26, 0.9) == ("26%", "90%")
    assert shares(0.8996, 0.9) == ("89.96%", "90.00%")
    assert shares(0.9, 0.9) == ("90%", "90%")


def test_no_probability_is_finer_than_a_thousandth_or_certain():
    assert [shares(p, 0.9, 0.2) for p in (0.0, 0.0004)] == [("below 0.1%", "90%", "20%")] * 2
    assert [shares(p, 0.9) for p in (0.9996, 1.0)] == [("above 99.9%", "90%")] * 2
    assert (shares(0.996), shares(0.004)) == (("99.6%",), ("0.4%",))
    assert shares(0.5, 1.0) == ("50%", "100%")  # what is asked for may be certain
    assert "a probability of above 99.9%, and 90% is asked for" in decided(2_000_000).text
