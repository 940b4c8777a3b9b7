"""What each study's chance moves of the NPV, and what of it is known in closed form."""

from decimal import Decimal

import pytest

from liftledger.domain.value import Prior
from liftledger.finance.case import money
from liftledger.finance.uncertainty.draws import draw
from liftledger.finance.uncertainty.luck import evidence, is_luck
from liftledger.finance.uncertainty.outlook import outlook
from liftledger.finance.uncertainty.simulation import SEED, simulate
from liftledger.finance.workings.evaluation import Evaluation
from tests.finance.cases import large, with_inputs
from tests.finance.lines import case, line, measured
from tests.finance.test_golden import CENT, PRIOR, golden


def several(*priors):
    """Two lines of one study and one of another; effects 5 +- 2."""
    studies = (("one", 100), ("one", 200), ("other", 300))
    lines = [line(f"line{n}", study=study, units=Decimal(units)) for n, (study, units) in enumerate(studies)]
    return money(case(lines, priors=priors), "USD", 0.95, [measured(one) for one in lines])


def test_of_one_line_it_is_the_standard_error_of_the_npv():
    (found,) = evidence(golden(PRIOR).workings, {"test": 3.0})
    assert (found.study, found.months) == ("test", 3.0)
    assert found.sd == pytest.approx(177_994.16, abs=CENT)
    assert found.se == pytest.approx(28_492_967.97483511 * 0.008)  # before it was shrunk


def test_lines_of_one_study_err_together():
    one, other = evidence(several().workings, {"one": 2.0})
    assert (one.study, one.months, other.study, other.months) == ("one", 2.0, "other", None)
    assert one.sd == pytest.approx(other.sd)  # 100 + 200 units, and 300
    assert one.sd == one.se


@pytest.mark.parametrize("priors", [(), (Prior("revenue", 1.0, 2.0),)])
def test_it_is_what_a_standard_error_of_luck_does_to_the_npv(priors):
    workings = several(*priors).workings
    plain = Evaluation(workings.months, workings.inputs, workings.rows).number("summary.npv")
    for one in evidence(workings, {}):
        given = {f"studies.{one.study}.luck": 1.0}
        lucky = Evaluation(workings.months, workings.inputs, workings.rows, given).number("summary.npv")
        assert lucky - plain == pytest.approx(one.sd)
        assert one.sd == pytest.approx(one.se * (2**0.5 / 2 if priors else 1))  # prior sd 2, se 2: half the variance


def test_ranges_are_taken_at_their_means():
    # units between 50,000 and 120,000 around 95,000 are 265,000 / 3 on average
    found = with_inputs(golden().workings, lines__sales__units={"low": 50_000.0, "high": 120_000.0})
    (lopsided,), (plain,) = evidence(found, {}), evidence(golden().workings, {})
    assert lopsided.sd == pytest.approx(plain.sd * 265 / 3 / 95)
    assert lopsided.sd < simulate(found, draws=2_000).number("sd")


def test_only_a_study_has_luck():
    assert is_luck("studies.a.luck") and not is_luck("lines.a.luck") and not is_luck("studies.a.units")


def looked(workings, draws=20_000):
    return outlook(workings, simulate(workings, draws=draws), draw(workings, draws, SEED).npv)


def test_the_outlook_is_in_closed_form_where_luck_alone_is_drawn():
    case = golden(PRIOR)
    found = looked(case.workings)
    assert found.perfect == pytest.approx(27_993.89, abs=CENT)
    assert found.source == "closed form"
    assert (found.mean, found.sd) == pytest.approx((-114_389.37, 177_994.16), abs=CENT)
    assert found.p_positive == pytest.approx(1 - 0.7397770, abs=5e-8)


def test_the_outlook_is_that_of_the_simulation_where_more_is_drawn():
    workings = large(lines=2, costs=1)
    simulation, drawn = simulate(workings, draws=1_000), draw(workings, 1_000, SEED)
    found = looked(workings, 1_000)
    assert (found.source, found.mean, found.sd) == (
        "simulation",
        simulation.number("mean"),
        simulation.number("sd"),
    )
    assert found.p_positive == 1 - simulation.number("p_negative")
    npv = drawn.npv
    assert found.perfect == pytest.approx(npv.clip(0).mean() - max(npv.mean(), 0), rel=1e-6)


def test_what_is_certain_is_above_0_or_not():
    certain = with_inputs(golden().workings, studies__test__luck={"sd": None}, lines__sales__se={"value": 0.0})
    found = looked(certain, 10)
    assert (found.sd, found.p_positive) == (0, 1)
