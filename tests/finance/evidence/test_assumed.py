"""A plan's lines: assumed effects with a range, before anything is measured."""

from decimal import Decimal

import pytest
from scipy import stats

from liftledger.domain.evidence import Grade
from liftledger.domain.value import Assumed, Given, Prior
from liftledger.finance.case import money
from liftledger.finance.evidence.assumed import assumed
from liftledger.finance.uncertainty.scenarios import scenarios
from tests.finance.lines import case, line, number, reason, worked

RANGE = Assumed(Decimal("0.03"), Decimal("0.01"), Decimal("0.08"), "share")
WHOLE = stats.triang((0.03 - 0.01) / 0.07, 0.01, 0.07)


def planned(name="activation", belief=RANGE, **given):
    declared = {"metric": "", "study": "", "arm": "", "worth": Decimal(40), "realisation": None} | given
    return assumed(line(name, assumed=belief, **declared))


def made(*lines, **given):
    return money(case([one.line for one in lines], **given), "USD", 0.95, lines)


def test_it_is_priced_at_the_most_likely_effect_and_graded_assumed():
    found = made(planned())
    (one,) = found.lines
    assert (one.grade, one.priced) == (Grade.ASSUMED, True)
    assert number(one.monthly) == pytest.approx(0.03 * 100 * 40)
    assert (one.effect.answer.low, one.effect.answer.high) == (0.01, 0.08)
    assert one.reasons == ("nothing is measured yet: the effect is assumed.",)
    assert reason(one.sign_change) == "the effect is assumed: a prior is for what was measured"


def test_its_range_is_the_npvs_standard_error():
    found = worked(planned())
    own = "lines.activation."
    assert found.known(f"{own}expected_se") == pytest.approx(WHOLE.std(), rel=1e-9)
    assert found.known("closed_form.npv_se") == pytest.approx(
        WHOLE.std() * found.known(f"{own}present_of_one"), rel=1e-9
    )


def test_assumptions_err_apart():
    one, both = worked(planned()), worked(planned(), planned("other"))
    assert both.known("closed_form.npv_se") == pytest.approx(2**0.5 * one.known("closed_form.npv_se"), rel=1e-12)


def test_no_study_has_luck_and_the_effect_itself_is_drawn():
    found = made(planned())
    names = {one.name for one in found.workings.inputs}
    assert not any(name.startswith("studies.") for name in names) and "lines.activation.se" not in names
    assert [bar.input for bar in found.tornado] == ["lines.activation.effect"]
    assert (found.tornado[0].low, found.tornado[0].high) == pytest.approx(tuple(WHOLE.ppf([0.1, 0.9])), rel=1e-9)
    assert found.workings.input("lines.activation.effect").source == "assumption"


def test_it_says_who_assumed_what_and_when():
    said = Given(Decimal("0.01"), Decimal("0.08"), "benchmark", "Jo", "2026-10-31", "a vendor's word")
    workings = worked(planned(given={"effect": said})).workings
    effect, low = (workings.input(f"lines.activation.{name}") for name in ("effect", "effect_low"))
    assert (effect.low, effect.value, effect.high) == (0.01, 0.03, 0.08)
    assert (effect.source, effect.owner, effect.date, effect.note) == (
        "benchmark",
        "Jo",
        "2026-10-31",
        "a vendor's word",
    )
    assert (low.value, low.low, low.source, low.owner) == (0.01, None, "benchmark", "Jo")


def test_bear_and_bull_take_the_10_and_90_percent_points_of_the_range():
    _, bear, bull, *_ = scenarios(worked(planned()).workings, ())
    assert bear.inputs == {"lines.activation.effect": pytest.approx(WHOLE.ppf(0.1), rel=1e-9)}
    assert bull.inputs == {"lines.activation.effect": pytest.approx(WHOLE.ppf(0.9), rel=1e-9)}


def test_where_less_is_better_the_upper_end_is_the_worse():
    fewer = Assumed(Decimal("-0.03"), Decimal("-0.08"), Decimal("0.01"), "tickets per user", better="lower")
    found = made(planned(belief=fewer))
    assert number(found.lines[0].monthly) == pytest.approx(120)
    assert found.workings.scenarios[1].inputs["lines.activation.effect"] > -0.03


def test_a_prior_does_not_shrink_what_is_a_belief_itself():
    priors = (Prior("activation", 0.0, 0.01),)
    assert number(made(planned(), priors=priors).lines[0].shrunk) == 0.03


def test_a_range_without_room_is_certain():
    sure = Assumed(Decimal("0.03"), Decimal("0.03"), Decimal("0.03"), "share")
    found = made(planned(belief=sure))
    assert found.tornado == () and found.summary.npv.answer.se == 0
