"""Studies: units, arms and what they are compared on."""

import pytest

from liftledger.domain.expression import TEXT, Column, Comparison, Text
from liftledger.domain.study import EVERYONE, Assignment, Exposure, Shares
from tests.definitions.project import changed, mistakes, project, with_study

ARMS = "control: off\narms: [on, off, 'No E-Mail']\n"
USERS = "kind: experiment\nassignment: {fact: users, arm: variant, time: joined}\n"


def study(tmp_path, text: str):
    return project(tmp_path, with_study(text)).studies[0]


def test_an_experiment(tmp_path):
    found = study(
        tmp_path,
        "kind: experiment\nassignment: {fact: orders, arm: variant, where: \"test = 'email'\"}\n"
        + ARMS
        + "start: 2026-01-05\nend: 2026-01-06\nexposure: {fact: orders, where: \"name = 'seen'\"}\n"
        + "metrics: [revenue]\ndescription: A test.\n",
    )
    email = Comparison("=", Column("test", TEXT), Text("email"))
    assert found.assignment == Assignment("orders", "variant", None, email)
    assert found.exposure == Exposure("orders", Comparison("=", Column("name", TEXT), Text("seen")))
    assert (found.arms, found.control) == (("off", "on", "No E-Mail"), "off")
    assert found.end - found.start == 86_400_000_000
    assert (found.metrics, found.unit, found.description) == (("revenue",), "unit", "A test.")


def test_all_metrics_where_none_are_named(tmp_path):
    assert study(tmp_path, USERS + ARMS).metrics == ("revenue",)


def test_column_is_another_word_for_arm(tmp_path):
    found = study(tmp_path, "kind: experiment\nassignment: {fact: users, column: variant, time: joined}\n" + ARMS)
    assert found.assignment.arm == "variant"


@pytest.mark.parametrize("time", ["ordered_at", "'Ordered At'"])
def test_the_fact_s_own_time_needs_no_name(tmp_path, time):
    text = with_study(f"kind: experiment\nassignment: {{fact: orders, arm: variant, time: {time}}}\n" + ARMS)
    found = project(tmp_path, text.replace("time: ordered_at\n", f"time: {time}\n"))
    assert found.studies[0].assignment.time is None


def test_a_wide_fact_may_date_the_assignment(tmp_path):
    text = with_study("kind: experiment\nassignment: {fact: users, arm: variant, time: joined}\n" + ARMS)
    found = project(tmp_path, text)
    assert found.studies[0].assignment.time == "joined"
    assert found.fact("users").wide and "joined" in [field.name for field in found.fact("users").columns]


def test_a_population_has_no_arms(tmp_path):
    found = study(tmp_path, "kind: observational\npopulation: {fact: users, time: joined, where: 'age > 17'}\n")
    assert (found.arms, found.control, found.shares, found.assignment.arm) == ((EVERYONE,), None, (), None)
    assert found.assignment.where is not None


def test_arms_that_nobody_randomised_have_no_shares(tmp_path):
    found = study(tmp_path, "kind: observational\nassignment: {fact: users, arm: variant, time: joined}\n" + ARMS)
    assert (found.control, found.shares) == ("off", ())


def test_arms_are_what_the_data_say_not_what_yaml_makes_of_it(tmp_path):
    found = study(
        tmp_path,
        USERS + "control: No\narms: [Yes, No, 1.0, ~x]\n",
    )
    assert found.arms == ("No", "Yes", "1.0", "~x")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "kind: experiment",
            21,
            "studies.email: 'assignment' is missing; write such as `assignment: {fact: exposures, arm: variant}`",
        ),
        (
            "kind: observational",
            21,
            "studies.email: 'population' is missing; write such as `population: {fact: accounts}`",
        ),
        ("kind: holdot", 22, "studies.email.kind is 'holdot'; did you mean 'holdout'?"),
        (
            "kind: experiment\nassignment: {fact: users, time: joined}\n" + ARMS,
            23,
            "studies.email.assignment: 'arm' is missing; name the column that holds the arm",
        ),
        (
            "kind: experiment\nassignment: {fact: users, arm: a, time: joined, column: b}\n" + ARMS,
            23,
            "studies.email.assignment.column: `arm` is there too, and means the same; keep one of them",
        ),
        (
            "kind: experiment\nassignment: {fact: users, arm: age, time: joined}\n" + ARMS,
            23,
            "studies.email.assignment.arm: column 'age' is integer here; it takes a column of type text",
        ),
        (
            "kind: experiment\nassignment: {fact: users, arm: Variant, time: joined}\n" + ARMS,
            23,
            "studies.email.assignment.arm: column 'Variant' is not written in a-z, 0-9 and _; declare it under "
            "facts.users.columns: `variant: {type: text, column: Variant}`, and write variant",
        ),
        (
            "kind: experiment\nassignment: {fact: users, arm: variant, time: at}\n" + ARMS,
            23,
            "studies.email.assignment.time: column 'at' is text here; declare it under facts.users.columns: `at: time`",
        ),
        (
            USERS + "control: of\narms: [off, on]",
            24,
            "studies.email.control: 'of' is none of the arms; did you mean 'off'?",
        ),
        (USERS + "control: off", 21, "studies.email: 'arms' is missing; write `arms` as spelled in the data"),
        (USERS + "arms: [off, on]", 21, "studies.email: 'control' is missing; write `control` as spelled in the data"),
        (
            USERS + "control: off\narms: [off, on, off]",
            25,
            "studies.email.arms: 'off' stands there twice; keep one of them",
        ),
        (
            USERS + "control: off\narms: [off]",
            25,
            "studies.email.arms: there is one arm, 'off'; a comparison needs two; without arms write `population`",
        ),
        (
            USERS + "control: A B\narms: [A B, a-b]",
            25,
            "studies.email.arms: 'A B' and 'a-b' are both 'a-b'; rename one: they differ in signs only, and share the "
            "estimate's id",
        ),
        (
            USERS + "control: '-'\narms: ['-', a]",
            25,
            "studies.email.arms: '-' has neither letter nor digit; an arm needs one, for the estimate's id",
        ),
        (
            USERS + ARMS + "exposure: {fact: users}",
            26,
            "studies.email.exposure.fact: 'users' has no dates, and an exposure needs one; name a fact with `time`",
        ),
        (
            USERS + ARMS + "metrics: [revenu]",
            26,
            "studies.email.metrics[1]: there is no metric 'revenu'; did you mean 'revenue'?",
        ),
        (
            USERS + ARMS + "metrics: [revenue, revenue]",
            26,
            "studies.email.metrics[2]: 'revenue' stands there twice; keep one of them",
        ),
        (
            USERS + ARMS + "start: 2026-03-01\nend: 2026-03-01",
            27,
            "studies.email.end is 2026-03-01, not after the start 2026-03-01; swap them",
        ),
        (
            "kind: observational\npopulation: users\nassignment: {fact: users, arm: variant, time: joined}\n" + ARMS,
            23,
            "studies.email.population: there is an assignment too; keep one of them",
        ),
        (
            "kind: observational\npopulation: {fact: users, time: joined}\ncontrol: off",
            24,
            "studies.email.control: a population has no arms; remove it, or write `assignment` with a column that "
            "names the arm",
        ),
        (
            "kind: observational\npopulation: {fact: users, time: joined}\nshares: equal",
            24,
            "studies.email: 'shares' does not belong to kind 'observational'; it belongs to 'holdout' and 'experiment'",
        ),
        (
            "kind: experiment\nassignment: {fact: users, arm: variant}\n" + ARMS,
            23,
            "studies.email.assignment: metric 'revenue' counts from the units' start, and 'users' does not date it; "
            "add the column that does, such as `assignment: {fact: users, time: ...}`",
        ),
        (
            "kind: holdout\npopulation: users\n",
            23,
            "studies.email: 'population' does not belong to kind 'holdout'; it belongs to 'observational'",
        ),
    ],
)
def test_what_is_wrong_with_a_study(tmp_path, text, line, said):
    assert mistakes(tmp_path, with_study(text)) == [f"liftledger.yaml:{line}: {said}"]


def test_rows_without_names_cannot_be_matched(tmp_path):
    assert mistakes(tmp_path, changed(("    unit: id\n", ""))) == [
        "liftledger.yaml:20: studies.email: metric 'revenue' needs 'orders' matched with 'users'; add `unit` to "
        "facts.users, which does not name its units"
    ]


def test_units_without_a_date_can_be_counted_whole(tmp_path):
    undated = with_study("kind: observational\npopulation: users\n").replace(", window: 30d", "")
    assert project(tmp_path, undated).studies[0].metrics == ("revenue",)
    rate = undated.replace("kind: sum, fact: orders, value: amount", "kind: rate, fact: orders")
    (said,) = mistakes(tmp_path, rate)
    assert "metric 'revenue' counts from the units' start, and 'users' does not date it" in said


def test_a_study_without_any_metric_is_refused(tmp_path):
    text = changed(("metrics:\n  revenue: {kind: sum, fact: orders, value: amount, window: 30d}\n", ""))
    assert mistakes(tmp_path, text) == [
        "liftledger.yaml:19: studies.email: there are no metrics to report on; declare some under metrics"
    ]


def test_shares_are_equal_where_nothing_is_said(tmp_path):
    thirds = Shares({"off": "1/3", "on": "1/3", "No E-Mail": "1/3"})
    assert study(tmp_path, USERS + ARMS).shares == study(tmp_path, USERS + ARMS + "shares: equal").shares == (thirds,)
