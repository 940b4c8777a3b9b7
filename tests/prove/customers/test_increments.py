"""What is to mind of an arm's customer value."""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from liftledger.domain.customers import Group
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.moments import Sums
from liftledger.prove.customers.increments import BROKEN, NONE, increments

NOTHING = NoEstimate("no model")


def told(parents: int, grade: Grade = Grade.RANDOMISED, doubts=NONE):
    """Of a study of users, whose accounts are the customers."""
    study = SimpleNamespace(name="trial", arms=("plain", "fancy"), control="plain", unit="user")
    enrolled = SimpleNamespace(
        study=study, evidence=SimpleNamespace(grade=grade), contaminated_parents={"account": parents}
    )
    groups = [Group(study="trial", arm=arm) for arm in study.arms]
    revenue = {one: Sums(10, {("revenue",): 100, ("revenue", "revenue"): 1100}) for one in groups}
    ahead = dict.fromkeys(groups, NOTHING)
    [found] = increments(enrolled, "account", revenue, ahead, doubts=doubts, unit=Fraction(1), confidence=0.95)
    return found


@pytest.mark.parametrize(
    ("parents", "said"),
    [
        (0, ()),
        (1, ("1 account has users in several arms, and counts in that of the first.",)),
        (1200, ("1\u202f200 accounts have users in several arms, and count in that of the first.",)),
    ],
)
def test_parents_with_units_in_several_arms_are_told(parents, said):
    assert told(parents).notes == said


def test_neither_part_of_a_broken_study_may_be_used():
    found = told(0, Grade.BROKEN)
    assert found.notes == (BROKEN,)
    assert (found.observed_grade, found.modelled_grade) == ("broken", "broken")


def test_a_model_that_is_not_to_be_relied_on_is_told_where_its_value_stands():
    of = {Group(study="trial", arm=arm): (f"{arm} did not leave as it has it",) for arm in ("plain", "other")}
    assert told(0, doubts=of).notes == ("Of plain, plain did not leave as it has it.",)
