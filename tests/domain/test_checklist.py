"""The checklist of costs: what nobody declared shows, and what nobody answers for."""

from decimal import Decimal

import pytest

from liftledger.domain.checklist import CHECKLIST, gaps, is_holdout, unanswered
from liftledger.domain.value import Cost, Given

ONE = Decimal(1)
KNOWN = Given(source="contract", owner="CTO", date="2026-05-12")


def test_a_case_without_costs_has_every_gap():
    assert gaps([]) == tuple(CHECKLIST) and len(CHECKLIST) == 16


def test_what_is_declared_leaves_no_gap():
    costs = [
        Cost("a", "Feature_Store", once=ONE),
        Cost("b", "llm-tokens", monthly=ONE, covers=("content", "licences")),
        Cost("c", "retraining", given={"once": Given(note="the vendor does it")}),
        Cost("d", "words of our own", once=ONE),
    ]
    filled = {"feature store", "LLM tokens", "content", "licences", "retraining"}
    assert gaps(costs) == tuple(category for category in CHECKLIST if category not in filled)


def test_nothing_is_left_to_declare():
    assert gaps([Cost("all", "everything", once=ONE, covers=tuple(CHECKLIST))]) == ()


def test_an_amount_has_an_owner_and_a_date_or_nobody_answers_for_it():
    costs = [
        Cost("known", "x", once=ONE, given={"once": KNOWN}),
        Cost("bare", "x", once=ONE),
        Cost("undated", "x", once=ONE, given={"once": Given(owner="CTO")}),
        Cost("half", "x", once=ONE, monthly=ONE, given={"once": KNOWN}),
        Cost("nothing", "x", given={"once": KNOWN}),
    ]
    assert unanswered(costs) == ("bare", "undated", "half")


@pytest.mark.parametrize("words", ["holdout", "The Holdout", "hold-out", "cost of the holdout", "holdout costs"])
def test_the_holdout_is_no_cost(words):
    assert is_holdout(words)


@pytest.mark.parametrize("words", ["engineering", "holdout tooling"])
def test_other_costs_are_none_of_the_holdout(words):
    assert not is_holdout(words)
