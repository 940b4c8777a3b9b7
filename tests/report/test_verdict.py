"""A verdict is read from the interval, the wanted direction and the grade."""

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report.verdict import Verdict, name, verdict
from tests.report.conftest import MENS, REFUND_RATE, SPEND, small_report

ESTIMATE = next(e for e in small_report().estimates if e.id == "email.spend.mens-e-mail.welch")


def estimate(**changes):
    return msgspec.structs.replace(ESTIMATE, **changes)


@pytest.mark.parametrize(
    ("low", "high", "higher_is_better", "lower_is_better"),
    [
        (0.1, 0.3, Verdict.BETTER, Verdict.WORSE),
        (-0.3, -0.1, Verdict.WORSE, Verdict.BETTER),
        (-0.1, 0.3, Verdict.UNPROVEN, Verdict.UNPROVEN),
        (0.0, 0.3, Verdict.UNPROVEN, Verdict.UNPROVEN),
    ],
)
def test_the_interval_decides(low, high, higher_is_better, lower_is_better):
    found = estimate(effect=Interval((low + high) / 2, 0.1, low, high))
    assert verdict(found, SPEND) is higher_is_better
    assert verdict(found, REFUND_RATE) is lower_is_better


def test_a_broken_grade_overrules_every_number():
    assert verdict(estimate(grade=Grade.BROKEN), SPEND) is Verdict.BROKEN


def test_without_control_or_number_there_is_no_verdict_on_the_effect():
    assert verdict(estimate(control=None), SPEND) is Verdict.OBSERVED
    assert verdict(estimate(effect=NoEstimate("one unit")), SPEND) is Verdict.SILENT


def test_guardrails_are_said_in_their_own_words():
    assert name(Verdict.WORSE, REFUND_RATE, Grade.RANDOMISED) == "Breached"
    assert name(Verdict.UNPROVEN, REFUND_RATE, Grade.RANDOMISED) == "No harm proven"
    assert name(Verdict.UNPROVEN, SPEND, Grade.RANDOMISED) == "Not proven"
    assert ESTIMATE.arm == MENS


def test_what_no_chance_drew_says_so_even_in_a_study_that_was_drawn():
    assert name(Verdict.BETTER, SPEND, Grade.TRACED) == "Better, not randomised"
    assert name(Verdict.WORSE, REFUND_RATE, Grade.TRACED) == "Breached, not randomised"
    assert name(Verdict.UNPROVEN, SPEND, Grade.TRACED) == "Not proven"
