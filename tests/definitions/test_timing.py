"""Times to an event: the clock, the horizon and its steps fit each other."""

import pytest

from liftledger.domain.expression import Column, Comparison, Text, Type
from liftledger.domain.instant import DAY, HOUR
from liftledger.domain.metric import Onset
from tests.definitions.project import CASE, mistakes, project, with_metric

NAME = Column("name", Type("text"))


def timed(rest: str = "", **keys: str) -> str:
    """A metric of SOUND, on line 20."""
    written = {"kind": "time_to", "fact": "orders", "horizon": "30d"} | keys
    return with_metric(f"m: {{{', '.join(f'{key}: {value}' for key, value in written.items())}{rest}}}")


def test_what_holds_where_nothing_is_said(tmp_path):
    found = project(tmp_path, timed()).metric("m")
    assert (found.horizon, found.grid, found.marks) == (30 * DAY, HOUR, (30 * DAY,))
    assert (found.onset, found.recurring, found.textbook, found.priced) == (None, False, False, False)


def test_everything_that_can_be_said(tmp_path):
    text = timed(
        ", from: {fact: orders, where: \"name = 'cart'\"}, recurring: true, textbook: true, priced: true",
        marks="[14d, 36h]", grid="90m", where="gift",
    )  # fmt: skip
    found = project(tmp_path, text).metric("m")
    assert (found.marks, found.grid) == ((36 * HOUR, 14 * DAY, 30 * DAY), HOUR * 3 // 2)
    assert found.onset == Onset("orders", Comparison("=", NAME, Text("cart")))
    assert found.recurring and found.textbook and found.priced and found.numerator.where is not None


def test_the_horizon_may_be_named_among_the_marks(tmp_path):
    assert project(tmp_path, timed(marks="[30d, 7d]")).metric("m").marks == (7 * DAY, 30 * DAY)


def test_a_clock_may_start_at_a_column(tmp_path):
    found = project(tmp_path, CASE)
    assert found.metric("ttv").onset == Onset("users", None, "signed_up")
    assert [field.name for field in found.fact("users").columns] == ["signed_up"]


BELONGS = "it belongs to 'conversion', 'count', 'sum', 'mean', 'ratio', 'rate' and 'repeat'"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        *((f", {key}: 7d", f": '{key}' does not belong to kind 'time_to'; {BELONGS}") for key in ("window", "delay")),
        (
            ", lookback: 7d",
            ": 'lookback' does not belong to kind 'time_to'; it belongs to 'conversion', 'count', 'sum', 'mean', "
            "'ratio', 'rate', 'retention' and 'repeat'",
        ),
        (", after: 7d", ": 'after' does not belong to kind 'time_to'; it belongs to 'retention'"),
        (", cap: p99", ": 'cap' does not belong to kind 'time_to'; it belongs to 'count' and 'sum'"),
        (", value: amount", ": 'value' does not belong to kind 'time_to'; it belongs to 'sum' and 'mean'"),
        (
            ", by: shop",
            ": 'by' does not belong to kind 'time_to'; it belongs to 'conversion', 'count', 'sum' and 'rate'",
        ),
        (
            ", grid: 7h",
            ".horizon is 30d, not a multiple of the grid, 7h; write such as 714h, or a grid that divides it",
        ),
        (
            ", grid: 60d",
            ".horizon is 30d, not a multiple of the grid, 60d; write such as 60d, or a grid that divides it",
        ),
        (
            ", marks: [7d, 90m]",
            ".marks[2] is 90m, not a multiple of the grid, 1h; write such as 1h, or a grid that divides it",
        ),
        (", marks: [31d]", ".marks[1] is 31d, after the horizon, 30d; remove it, or lengthen the horizon"),
        (", marks: [7d, 1w]", ".marks[2] is 7d, which stands there twice; keep one of them"),
        (", marks: [0d]", ".marks[1] is '0d'; it must be longer than nothing; write one such as 14d"),
        (", marks: 7d", ".marks is a single value; it takes a list of durations"),
        (", textbook: 1", ".textbook is '1'; it takes true or false"),
        (", from: orders", ".from is a single value; it takes a mapping with fact, where, column"),
        (
            ", from: {fact: order}",
            ".from.fact: there is no fact 'order'; did you mean 'orders'?",
        ),
        (
            ", from: {fact: orders, column: ordered_at}",
            ".from.column: 'orders' is a dated fact, whose rows have their own time; remove it, and say with `where` "
            "which row it is",
        ),
        (
            ", from: {fact: users}",
            ".from: 'column' is missing, and 'users' is a wide fact, whose rows have no dates; add the column that "
            "starts the clock, such as `column: signed_up`, of type time",
        ),
        (
            ", from: {fact: users, column: age}",
            ".from.column: column 'age' is integer here; it takes a column of type time",
        ),
        (
            ", from: {fact: users, column: signed_up}",
            ".from.column: column 'signed_up' is text here; declare it under facts.users.columns: `signed_up: time`",
        ),
        (
            ", from: {fact: users, column: joined, where: age > 9}",
            ".from.where: 'users' is a wide fact, whose `column` starts the clock; remove it",
        ),
    ],
)
def test_what_is_wrong_with_a_time_to(tmp_path, rest, said):
    assert mistakes(tmp_path, timed(rest)) == [f"liftledger.yaml:20: metrics.m{said}"]


def test_it_needs_a_horizon_and_dated_rows(tmp_path):
    assert mistakes(tmp_path, with_metric("m: {kind: time_to, fact: orders}")) == [
        "liftledger.yaml:20: metrics.m: 'horizon' is missing; it takes a duration, such as 90m, 12h, 14d or 2w"
    ]
    assert mistakes(tmp_path, timed(fact="users")) == [
        "liftledger.yaml:20: metrics.m.kind: a time to something needs dated rows, and 'users' is a wide fact; name a "
        "fact with `time`, or add `time` to it"
    ]


def test_both_facts_are_about_units_of_one_kind(tmp_path):
    text = timed(", from: {fact: users, column: joined}")
    text = text.replace("    unit: user_id", "    unit: user_id\n    keyed_by: account")
    text = text.replace("    unit: id", "    unit: id\n    keyed_by: user")
    text = text.replace("dimensions:", "units: {user: {account: {fact: users, column: account}}}\ndimensions:")
    assert mistakes(tmp_path, text) == [
        "liftledger.yaml:23: metrics.m.from.fact: 'users' is keyed by 'user', and the metric's fact by 'account'; name "
        "a fact keyed by 'account'"
    ]


def test_an_undated_study_has_no_clock(tmp_path):
    (said,) = mistakes(tmp_path, timed().replace(", time: joined}", "}").replace(", window: 30d", ""))
    assert "metric 'm' counts from the units' start, and 'users' does not date it" in said


@pytest.mark.parametrize(("name", "marks"), [("m_by_30d", "[7d]"), ("m_by_7d", "[1w]"), ("m_by_36h", "[36h]")])
def test_shares_by_a_mark_keep_their_names(tmp_path, name, marks):
    text = timed(marks=marks).replace("  m: {", f"  {name}: {{kind: count, fact: orders}}\n  m: {{")
    assert mistakes(tmp_path, text) == [
        f"liftledger.yaml:20: metrics.{name}: a share of metric 'm' has this name; choose another"
    ]
