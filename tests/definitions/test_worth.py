"""What a customer is worth, as the worth of one who stays: of the right base, at its own margin, and in one way "
"only."""

import pytest

from liftledger.domain.value import CustomerWorth
from tests.definitions.project import changed, mistakes, project
from tests.definitions.test_lines import HEAD, priced

BASES = """\
customers:
  buyers: {kind: purchases, fact: events, amount: amount, horizon: 365d}
  visitors: {kind: purchases, fact: events, horizon: 365d}
value:
"""
STAYS = "metrics:\n  stays: {kind: retention, fact: events, after: 30d}\n"
LINE = "study: guide, per: new unit, units: 9"
LIFETIME = f"{LINE}, metric: stays, basis: margin, worth: {{customers: buyers, as: lifetime}}"
REPLACEMENT = f"{LINE}, metric: stays, basis: saving, worth: {{customers: buyers, as: replacement}}"
ACQUISITION = "  acquisition: {spend: 9000, customers: 12, revenue: 80}\n"


def case(*lines: str, acquisition: bool = False) -> str:
    text = changed(("value:\n", BASES), text=priced(*lines, head=changed(("metrics:\n", STAYS), text=HEAD)))
    return text + ACQUISITION * acquisition


def said_of(folder, *lines: str, acquisition: bool = True) -> list[str]:
    return [said.partition(": ")[2] for said in mistakes(folder, case(*lines, acquisition=acquisition))]


def test_what_a_customer_brings_or_what_replacing_one_costs(tmp_path):
    (line,) = project(tmp_path, case(LIFETIME)).value.lines
    assert (line.worth, line.worth_by, line.worth_from) == (None, {}, CustomerWorth("buyers", "lifetime"))
    (line,) = project(tmp_path, case(REPLACEMENT, acquisition=True)).value.lines
    assert line.worth_from == CustomerWorth("buyers", "replacement")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            LIFETIME.replace("buyers", "buyer"),
            ".worth.customers: there is no customer base 'buyer'; did you mean 'buyers'?",
        ),
        (
            LIFETIME.replace("as: lifetime", "as: life"),
            ".worth.as is 'life'; did you mean 'lifetime'?",
        ),
        (
            LIFETIME.replace("basis: margin", "basis: revenue"),
            ".basis is 'revenue', and the value of a customer of 'buyers' is at its margin; write `basis: margin`",
        ),
        (
            REPLACEMENT.replace("basis: saving", "basis: margin"),
            ".basis is 'margin', and what is not spent on a new customer is a saving; write `basis: saving`",
        ),
        (
            LIFETIME.replace("buyers", "visitors"),
            ".worth.customers: 'visitors' has no amount, so that its customers have no value; add what was paid to "
            "customers.visitors, such as `amount: total`",
        ),
        (
            f"{LINE}, metric: clicks_a_day, basis: margin, worth: {{customers: buyers, as: lifetime}}".replace(
                "per: new unit", "per: unit-month"
            ).replace("clicks_a_day", "tickets_a_month"),
            ".worth: 'tickets_a_month' is a rate, and its effect is not in customers; price a conversion, a retention "
            "or "
            "a time_to, or write an amount",
        ),
        (
            LIFETIME.replace(", as: lifetime", ""),
            ".worth: 'as' is missing; it takes lifetime or replacement",
        ),
    ],
)
def test_what_is_wrong_with_the_worth_of_customers(tmp_path, line, said):
    assert said_of(tmp_path, line) == [f"value.lines.a{said}"]


def test_a_base_without_a_margin_is_valued_at_revenue(tmp_path):
    text = case(LIFETIME).replace("  margin: 80%\n", "")
    (said,) = mistakes(tmp_path, text)
    assert said.endswith(
        "basis is 'margin', and the value of a customer of 'buyers' is revenue, without a margin; write `basis: "
        "revenue`"
    )


def test_what_replaces_a_customer_is_said(tmp_path):
    assert said_of(tmp_path, REPLACEMENT, acquisition=False) == [
        "value.lines.a.worth.as is 'replacement', and nothing says what a new customer costs; add such as "
        "`acquisition: "
        "{spend: 900000, customers: 120, revenue: 800}` to value"
    ]


def test_customers_are_kept_or_replaced_and_never_both(tmp_path):
    other = "study: many, arm: more, metric: offered, per: new unit, units: 9, basis: saving"
    assert said_of(tmp_path, LIFETIME, f"{other}, worth: {{customers: buyers, as: replacement}}") == [
        "value.lines.b.worth: line 'a' holds the same money: a customer who is kept is worth what they still bring, or "
        "what replacing them costs; keep one of the two; money counted twice is no money"
    ]


def test_units_and_customers_are_of_one_kind(tmp_path):
    text = case(LIFETIME)
    text = changed(
        ("facts:\n", "units: {user: {account: {fact: users, column: account_id}}, account: {}}\nfacts:\n"),
        ("buyers: {kind: purchases, fact: events", "buyers: {kind: purchases, fact: events, unit: account"),
        text=text.replace("unit: user_id", "unit: user_id, keyed_by: user").replace(
            "unit: user_id, keyed_by: user\n", "unit: user_id\n    keyed_by: user\n"
        ),
    )
    (said,) = mistakes(tmp_path, text)
    assert said.endswith(
        "worth.customers: a customer of 'buyers' is of kind 'account', and the units of the study are 'user'; name a "
        "study "
        "of 'account', or a base of 'user'"
    )
