"""Which guardrails and which pilots stand against the decision of a case."""

import msgspec
import pytest

from liftledger.domain.estimate import Interval
from liftledger.domain.evidence import Grade
from liftledger.prove.objections import weighed
from tests.report.cases import cased_report, standing
from tests.report.conftest import REFUND_RATE

REPORT = cased_report()
METRICS = {metric.metric: metric for metric in REPORT.definitions.metrics} | {"refund_rate": REFUND_RATE}
GUARDRAIL = msgspec.structs.replace(
    next(one for one in REPORT.estimates if one.headline and one.segment is None), metric="refund_rate"
)
HARM, UNPROVEN = Interval(0.02, 0.005, 0.01, 0.03), Interval(0.02, 0.02, -0.02, 0.06)


def decision(*, standing=None, **changed):
    """Of a case with one more estimate of a guardrail, of an arm that is priced unless told otherwise."""
    line = next(one for one in REPORT.money.lines if one.priced)
    told = {"study": line.study, "arm": line.arm, "effect": HARM, "grade": Grade.RANDOMISED} | changed
    estimates = (*REPORT.estimates, msgspec.structs.replace(GUARDRAIL, **told))
    return weighed(REPORT.money, estimates, METRICS, standing, 0.95).decision


def test_a_breach_with_an_arm_that_is_priced_stands_against_it():
    assert decision().against == ("Guardrail breached: refund_rate with guided in onboarding.",)


@pytest.mark.parametrize(
    "changed",
    [
        {"effect": UNPROVEN},
        {"effect": Interval(-0.02, 0.005, -0.03, -0.01)},
        {"grade": Grade.TRACED},
        {"arm": "another arm"},
        {"study": "another study"},
        {"segment": {"plan": "pro"}},
        {"headline": False},
    ],
)
def test_nothing_else_does(changed):
    assert decision(**changed) == REPORT.money.decision


def test_a_part_of_a_guardrail_must_be_proven_among_all_its_parts():
    part = msgspec.structs.replace(METRICS["refund_rate"], part_of="refund_rate", part="category", part_value="fraud")
    line = next(one for one in REPORT.money.lines if one.priced)
    for p_adjusted, against in ((0.2, ()), (None, ()), (0.01, ("refund_rate, fraud",))):
        one = msgspec.structs.replace(
            GUARDRAIL, study=line.study, arm=line.arm, effect=HARM, grade=Grade.RANDOMISED, p_adjusted=p_adjusted
        )
        found = weighed(REPORT.money, [one], METRICS | {"refund_rate": part}, None, 0.95).decision
        told = tuple(f"Guardrail breached: {name} with guided in onboarding." for name in against)
        assert found.against == told


def test_a_killed_pilot_stands_against_it_and_a_living_one_does_not():
    pilot = standing()
    for state in ("on track", "warn", "passed"):
        living = msgspec.structs.replace(pilot, state=state)
        assert decision(effect=UNPROVEN, standing=living) == REPORT.money.decision
    killed = msgspec.structs.replace(pilot, state="killed", date="2026-02-01", reason="harm: tickets rose")
    found = decision(effect=UNPROVEN, standing=killed)
    assert found.verdict == "stop"
    assert found.against == ("The pilot was killed on 2026-02-01 (harm: tickets rose).",)
