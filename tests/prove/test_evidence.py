"""What a study's assigned units allow to be claimed."""

import pytest

from liftledger.domain.evidence import Grade
from liftledger.domain.report import SampleRatio
from liftledger.domain.study import Assignment, Exposure, Shares, Study
from liftledger.engine.cohort import Cohort, Crossing, Enrolment, Randomised
from liftledger.prove.evidence import MISMATCH, weigh

HALVES = (Shares({"a": "1/2", "b": "1/2"}),)


def study(
    kind: str = "experiment", *, shares: tuple[Shares, ...] = HALVES, arms: tuple[str, ...] = ("a", "b")
) -> Study:
    return Study(
        name="test",
        kind=kind,
        unit="user",
        assignment=Assignment("seen", "arm"),
        arms=arms,
        control=arms[0] if len(arms) > 1 else None,
        shares=shares,
        exposure=Exposure("views"),
        metrics=(),
    )


def enrolment(
    of: Study, units: dict[str, int], exposed: dict[str, int] | None = None, *crossings: Crossing
) -> Enrolment:
    cohort = Cohort(of, "user", "cohort_test", (), True)
    return Enrolment(
        cohort, tuple(Randomised(arm, 0, number) for arm, number in units.items()), 0, 0, crossings, exposed
    )


def test_a_sample_ratio_that_chance_explains_leaves_the_grade():
    # Pearson: (552 - 500)^2 / 500 * 2 = 10.816, p = 0.00101; (553 - 500)^2 / 500 * 2 = 11.236, p = 0.00080 < 0.001.
    fine, off = (weigh(study(), enrolment(study(), {"a": n, "b": 1000 - n})) for n in (552, 553))
    assert (fine.grade, off.grade) == (Grade.RANDOMISED, Grade.BROKEN)
    assert isinstance(fine.srm, SampleRatio)
    assert isinstance(off.srm, SampleRatio)
    assert (fine.srm.chi2, off.srm.chi2) == (10.816, 11.236)
    assert off.srm.p_value < 0.001 == MISMATCH < fine.srm.p_value
    assert fine.reasons == ()
    assert off.reasons[0].startswith("sample ratio mismatch")


def test_without_random_assignment_a_study_is_traced():
    found = weigh(study("observational", shares=()), enrolment(study("observational", shares=()), {"a": 10, "b": 900}))
    assert found.grade is Grade.TRACED
    assert "the arms may differ for other reasons" in found.reasons[0]
    alone = study("observational", shares=(), arms=("everyone",))
    assert "no effect can be claimed" in weigh(alone, enrolment(alone, {"everyone": 9})).reasons[0]


@pytest.mark.parametrize(
    ("exposed", "used"),
    [
        ({"a": 250, "b": 260}, True),
        ({"a": 0, "b": 260}, False),  # a control that logs nothing
        ({"a": 224, "b": 276}, True),  # 44.8 % and 55.2 % of 500: chi-square 10.816 on 1 degree of freedom, p = 0.00101
        ({"a": 223, "b": 277}, False),  # 11.664, p = 0.00064
        ({"a": 500, "b": 500}, True),
        (None, None),
    ],
)
def test_exposures_set_the_clock_only_where_arms_log_them_alike(exposed: dict[str, int] | None, used: bool | None):
    found = weigh(study(), enrolment(study(), {"a": 500, "b": 500}, exposed)).exposure
    assert (None if found is None else found.used) is used


def test_units_seen_in_several_arms_are_counted_by_arm_and_day():
    day = 20_000 * 86_400_000_000  # 2024-10-04
    found = weigh(study(), enrolment(study(), {"a": 500, "b": 500}, None, Crossing("a", day, 1)))
    assert [(one.arm, one.date, one.units) for one in found.contaminated] == [("a", "2024-10-04", 1)]
    assert found.reasons == (
        "1 unit was seen in several arms; each is analysed in its first, which dilutes the effect.",
    )
    assert found.grade is Grade.RANDOMISED
