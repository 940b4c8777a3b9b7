"""Kinds of unit: one needs no name; several are named, and related through a wide fact."""

from liftledger.domain.study import Relation
from tests.definitions.project import changed, mistakes, project

KEYED = (
    ("    unit: user_id", "    unit: user_id\n    keyed_by: account"),
    ("    unit: id", "    unit: id\n    keyed_by: user"),
)
RELATED = ("dimensions:", "units:\n  user: {account: {fact: users, column: account_id}}\ndimensions:")


def test_one_kind_needs_no_name(tmp_path):
    assert project(tmp_path).units == ("unit",)
    found = project(tmp_path, changed(("kind: experiment", "kind: experiment\n    unit: customer")))
    assert found.units == ("customer",)
    assert {fact.keyed_by for fact in found.facts} == {"customer"} and found.studies[0].unit == "customer"


def test_a_relation_brings_facts_of_accounts_to_users(tmp_path):
    found = project(tmp_path, changed(*KEYED, RELATED))
    assert found.units == ("user", "account")
    assert found.relations == (Relation("user", "account", "users", "account_id"),)
    assert "account_id" in [field.name for field in found.fact("users").columns]
    assert found.studies[0].unit == "user"  # that of its assignment


def test_facts_of_users_serve_a_study_of_accounts(tmp_path):
    accounts = "  accounts: {files: a.csv, unit: id, keyed_by: account, columns: {joined: time}}\n"
    orders = ("    unit: user_id", "    unit: user_id\n    keyed_by: user")
    text = changed(orders, KEYED[1], RELATED, ("  users:\n", accounts + "  users:\n"))
    text = text.replace("assignment: {fact: users, ", "assignment: {fact: accounts, ")
    assert project(tmp_path, text).studies[0].unit == "account"


def test_facts_that_do_not_reach_the_study_are_named(tmp_path):
    assert mistakes(tmp_path, changed(*KEYED)) == [
        "liftledger.yaml:23: studies.email: metric 'revenue' is keyed by 'account', and the study's unit is 'user'; "
        "say under units how 'user' and 'account' belong together, or name under `metrics` those of the study's unit"
    ]


def test_with_several_kinds_each_fact_says_which(tmp_path):
    said = "'keyed_by' is missing, and there are several kinds of unit; name user or account"
    assert mistakes(tmp_path, changed(RELATED)) == [
        f"liftledger.yaml:4: facts.orders: {said}",
        f"liftledger.yaml:12: facts.users: {said}",
    ]


def test_a_kind_must_be_known(tmp_path):
    text = changed(KEYED[0], ("    unit: id", "    unit: id\n    keyed_by: usr"), RELATED)
    assert "liftledger.yaml:16: facts.users.keyed_by: there is no kind of unit 'usr'; did you mean 'user'?" in mistakes(
        tmp_path, text
    )
    text = changed(*KEYED, RELATED, ("kind: experiment", "kind: experiment\n    unit: users"))
    assert mistakes(tmp_path, text) == [
        "liftledger.yaml:27: studies.email.unit: there is no kind of unit 'users'; did you mean 'user'?"
    ]


def test_a_study_is_assigned_by_a_fact_of_its_unit(tmp_path):
    text = changed(*KEYED, RELATED, ("kind: experiment", "kind: experiment\n    unit: account"))
    assert mistakes(tmp_path, text) == [
        "liftledger.yaml:28: studies.email.assignment.fact: 'users' is keyed by 'user', and the study's unit is "
        "'account'; name a fact keyed by 'account', or write `unit: user`"
    ]


def test_a_relation_lies_in_a_wide_fact_of_the_child(tmp_path):
    text = changed(*KEYED, RELATED, ("{account: {fact: users", "{account: {fact: orders"))
    assert (
        "liftledger.yaml:19: units.user.account.fact: 'orders' has many rows a unit, and a relation needs one; name a "
        "fact without `time`, with one row a unit"
    ) in mistakes(tmp_path, text)
    text = changed(*KEYED, ("dimensions:", "units:\n  account: {user: {fact: users, column: account_id}}\ndimensions:"))
    assert (
        "liftledger.yaml:19: units.account.user.fact: 'users' is keyed by 'user'; name a wide fact keyed by 'account'"
    ) in mistakes(tmp_path, text)


def test_kinds_do_not_belong_to_each_other_in_circles(tmp_path):
    relation = "{fact: users, column: x}"
    text = changed(*KEYED, ("dimensions:", f"units:\n  user: {{user: {relation}}}\n  account: {{}}\ndimensions:"))
    assert (
        "liftledger.yaml:19: units.user.user: 'user' belongs to itself; name the kind that it belongs to"
        in mistakes(tmp_path, text)
    )
    text = changed(
        *KEYED,
        ("dimensions:", f"units:\n  user: {{account: {relation}}}\n  account: {{user: {relation}}}\ndimensions:"),
    )
    assert "liftledger.yaml:20: units.account.user: 'user' belongs to 'account' above; keep one of the two" in mistakes(
        tmp_path, text
    )
