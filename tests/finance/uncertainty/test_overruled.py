"""What overrules a decision by money alone."""

from liftledger.finance.uncertainty.overruled import overruled
from tests.finance.uncertainty.test_decision import decided

SCALE, CONTINUE, STOP = decided(200_000), decided(0), decided(-200_000, monthly=20_000)
KILL = "on 2026-02-01 (harm: +0.08 is proven to be above 0.02)"


def test_money_decides_where_nothing_stands_against_it():
    for one in (SCALE, CONTINUE, STOP):
        assert overruled(one, (), "") is one


def test_nothing_is_scaled_over_a_breached_guardrail():
    found = overruled(SCALE, ["refunds with guided in onboarding"])
    assert (SCALE.verdict, found.verdict) == ("scale", "hold")
    assert found.text == (
        "Do not scale yet. Guardrail breached: refunds with guided in onboarding. By money alone, scale: "
        f"{SCALE.text.removeprefix('Scale: ')}"
    )
    assert found.against == ("Guardrail breached: refunds with guided in onboarding.",)


def test_a_breach_is_said_beside_any_other_verdict():
    for one in (CONTINUE, STOP):
        found = overruled(one, ["refunds with guided", "errors with guided"])
        assert found.verdict == one.verdict
        assert found.text == f"{one.text} Guardrails breached: refunds with guided, errors with guided."


def test_a_killed_pilot_stops_whatever_the_money_says():
    for one in (SCALE, CONTINUE, STOP):
        found = overruled(one, (), KILL)
        assert found.verdict == "stop"
        assert found.text.startswith(f"Stop: the pilot was killed {KILL}. By money alone, {one.text[0].lower()}")


def test_what_stands_against_it_is_listed_with_the_kill_first():
    found = overruled(SCALE, ["refunds with guided"], KILL)
    assert found.against == (f"The pilot was killed {KILL}.", "Guardrail breached: refunds with guided.")
    assert found.text.startswith(f"Stop: the pilot was killed {KILL}. Guardrail breached: refunds with guided. By ")
