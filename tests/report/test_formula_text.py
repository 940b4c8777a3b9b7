"""A formula in words says what is worked out, in the order in which it is."""

from liftledger.domain.workings import Month, Nothing, Of, apply
from liftledger.report.formula_text import formula_text, names, owner, within
from tests.report.cases import cased_report

A, B, C = Of("a"), Of("b"), Of("c")


def text(formula):
    return formula_text(formula, lambda name: name)


def test_parentheses_stand_where_they_change_the_answer_and_nowhere_else():
    assert text(A + B * C) == "a + b × c"
    assert text((A + B) * C) == "(a + b) × c"
    assert text(A - (B - C)) == "a − (b − c)"
    assert text((A - B) - C) == "a − b − c"
    assert text(A / (B * C)) == "a / (b × c)"
    assert text(A / B * C) == "a / b × c"
    assert text((A * B) ** 12) == "(a × b) ^ 12"
    assert text((1 + A) ** (0 - Month() / 12)) == "(1 + a) ^ (−month / 12)"
    assert text(-(A + B)) == "−(a + b)"
    assert text(A * -B) == "a × (−b)"


def test_what_adds_or_multiplies_nothing_is_left_out():
    assert text(apply("add", A, 0)) == "a"
    assert text(apply("add", 0)) == "0"
    assert text(1 * A * B) == "a × b"


def test_conditions_are_said_as_such():
    costs = apply("choose", A, B / A, Nothing("there are no costs"))
    assert text(costs) == "b / a if a is not 0, else none (there are no costs)"
    assert text(apply("choose", apply("less", A, 0), A, B)) == "a if a < 0, else b"
    assert text(apply("less", A, B) * (Month() + 1)) == "(1 if a < b, else 0) × (month + 1)"
    assert text(apply("choose", A, apply("choose", B, A, C), C)) == "(a if b is not 0, else c) if a is not 0, else c"


def test_functions_are_called_by_what_they_give():
    assert text(apply("minimum", Month() / A, 1)) == "smallest of (month / a, 1)"
    assert text(apply("product_over_months", A + B, C)) == "sum over the months of ((a + b) × c)"
    assert text(A / apply("in_month", B, C - 1)) == "a / (b in month (c − 1))"
    assert text(apply("root", apply("absolute", A))) == "square root of (size of (a))"


def test_a_line_s_own_inputs_go_by_their_label_and_those_of_others_by_their_line_too():
    workings = cased_report().money.workings
    named = names(workings)
    assert owner("lines.fewer_tickets.units") == "fewer_tickets" and owner("summary.npv") == ""
    assert named["lines.fewer_tickets.units"] == "fewer tickets: units, at any time"
    assert named["studies.program.luck"] == "luck of program"
    inside, outside = within("lines.fewer_tickets.benefit", named), within("cash_flow.benefits", named)
    assert (
        inside("lines.fewer_tickets.units") == "“units, at any time”"
        and outside("lines.fewer_tickets.worth") == "fewer tickets: worth of one fewer"
    )
    assert inside("lines.expansion.decay") == "expansion: share of the effect lost each month"


def test_a_name_that_holds_a_sign_is_quoted():
    assert within("", {"x": "net - gross"})("x") == "“net - gross”"


def test_every_formula_of_a_case_can_be_said():
    workings = cased_report().money.workings
    named = names(workings)
    said = {row.name: formula_text(row.formula, within(row.name, named)) for row in workings.rows}
    assert said["summary.npv"] == "present value of the benefits − present value of the costs"
    assert said["lines.expansion.benefit"] == "money at the full effect × share of the full effect"
    assert said["lines.faster_start.present"] == "expected effect × present value of one unit of effect"
    assert all(text.count("(") == text.count(")") for text in said.values())
