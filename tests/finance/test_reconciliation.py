"""A program's own holdout counts; the studies that run under it have figures and are never added."""

import pytest

from liftledger.domain.cash import Exclusion
from liftledger.domain.estimate import NoEstimate
from liftledger.finance.case import money
from liftledger.finance.formulas.arithmetic import together
from tests.finance.lines import case, estimate, interval, line, measured, number, reason

PROGRAM = "program"


def of_program():
    return measured(line("whole", study=PROGRAM, program=True), interval(5.0, 1.0))


def under(name, effect, se, *, study=None):
    return measured(line(name, study=study or f"study_of_{name}", under="whole"), interval(effect, se))


def priced(*lines, **given):
    return money(case([one.line for one in lines], **given), "USD", 0.95, lines)


def test_what_runs_under_a_priced_program_is_not_in_the_cash_flow():
    alone = priced(of_program())
    both = priced(of_program(), under("mails", 4.0, 1.0), under("offers", 3.0, 1.0))
    assert both.summary == alone.summary
    assert both.cash_flow == alone.cash_flow
    assert [one.name for one in both.workings.inputs] == [one.name for one in alone.workings.inputs]
    assert both.lines[0] == alone.lines[0]


def test_it_has_its_own_figures_and_says_why_it_does_not_count():
    program, mails = priced(of_program(), under("mails", 4.0, 1.0)).lines
    assert number(mails.present_value) == pytest.approx(number(program.present_value) * 4 / 5)
    assert (mails.priced, mails.under) == (False, "whole") and (program.priced, program.under) == (True, "")
    assert mails.reasons[0].startswith("it runs under the program's holdout: line whole counts in its place")
    assert "nothing turns on it" in reason(mails.break_even) and "nothing turns on it" in reason(mails.sign_change)


def test_the_program_is_set_against_the_sum_of_its_studies():
    found = priced(of_program(), under("mails", 4.0, 1.0), under("offers", 6.0, 1.0))
    one = number(found.lines[0].present_value) / 5
    (said,) = found.reconciliations
    assert (said.program, said.lines) == ("whole", ("mails", "offers"))
    assert number(said.program_value) == pytest.approx(5 * one)
    assert number(said.sum_of_lines) == pytest.approx(10 * one)
    assert said.sum_of_lines.answer.se == pytest.approx(2**0.5 * one)
    # 5 / 10, with relative errors of 1 / 5 and square root of 2 / 10
    assert number(said.realisation) == pytest.approx(0.5)
    assert said.realisation.answer.se == pytest.approx(0.5 * (0.2**2 + 0.02) ** 0.5)
    assert said.sum_of_lines.inputs == {
        "mails": "money.lines.mails.present_value",
        "offers": "money.lines.offers.present_value",
    }


def test_it_is_said_when_the_holdout_excludes_the_sum():
    within = priced(of_program(), under("mails", 4.0, 1.0)).reconciliations[0].text
    above = priced(of_program(), under("mails", 4.0, 1.0), under("offers", 6.0, 1.0)).reconciliations[0].text
    below = priced(of_program(), under("mails", 1.0, 1.0)).reconciliations[0].text
    assert within == (
        "whole is measured by the program's own holdout and counts; mails runs under it and only reconciles to it. "
        "The holdout's interval contains it."
    )
    assert above.endswith("excludes their sum: the studies promise more than the program shows.")
    assert below.endswith("excludes it: the study promises less than the program shows.")


def test_a_sum_that_may_be_nothing_has_no_realisation():
    (said,) = priced(of_program(), under("mails", 0.5, 1.0)).reconciliations
    assert isinstance(said.realisation.answer, NoEstimate)


def test_which_lines_exclude_each_other_is_told():
    found = priced(of_program(), under("mails", 4.0, 1.0), measured(line("apart", study="other")))
    assert found.exclusions == (
        Exclusion(
            "whole",
            "mails",
            "mails runs under the holdout of whole, which measures it too: together they would count it twice.",
        ),
    )


def test_under_a_program_that_is_not_priced_its_studies_count():
    unsure = measured(line("whole", study=PROGRAM, program=True), NoEstimate("no unit is mature yet"))
    mails = under("mails", 4.0, 1.0)
    found = priced(unsure, mails)
    assert found.lines[1].priced and found.lines[1].under == "" and found.reconciliations == ()
    assert number(found.summary.benefits) == pytest.approx(number(found.lines[1].present_value))
    assert found.exclusions == (
        Exclusion(
            "mails",
            "whole",
            "whole is the holdout of the program and measures mails too, but is not priced itself: what runs under it "
            "counts in its place.",
        ),
    )


def test_a_line_that_could_not_be_priced_is_not_in_the_sum():
    capped = measured(line("capped", study="x", under="whole"), refusals=("its metric is capped.",))
    found = priced(of_program(), under("mails", 4.0, 1.0), capped)
    assert found.reconciliations[0].lines == ("mails",)
    assert found.lines[2].under == "" and "line capped is not priced" in found.reasons[0]


def test_every_figure_of_a_reconciliation_is_among_the_figures_of_the_case():
    found = priced(of_program(), under("mails", 4.0, 1.0))
    ids = {figure.id for figure in found.figures}
    assert {f"money.reconciliations.whole.{name}" for name in ("program_value", "sum_of_lines", "realisation")} <= ids


def test_lines_of_one_study_err_together_and_studies_do_not():
    parts = [("x", interval(1.0, 3.0)), ("x", interval(2.0, 1.0)), ("y", interval(4.0, 3.0))]
    assert (together(parts, confidence=0.95).value, together(parts, confidence=0.95).se) == pytest.approx((7, 5))


def test_the_estimates_behind_it_are_those_of_the_lines():
    assert (
        priced(of_program(), under("mails", 4.0, 1.0)).lines[1].estimate
        == estimate("study_of_mails", "revenue", interval(4.0, 1.0)).id
    )


def test_nothing_is_claimed_for_the_case_by_a_line_that_is_not_in_it():
    found = priced(of_program(), under("mails", 4.0, 1.0), under("offers", 3.0, 1.0))
    assert [claim.line for claim in found.claims] == ["whole"]
