"""Customer value of an arm less that of control: measured so far, and as the models go on from there."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from liftledger.domain.customer_value import Incremental
from liftledger.domain.customers import Group
from liftledger.domain.estimate import Answer
from liftledger.domain.evidence import Grade
from liftledger.domain.grouping import grouped
from liftledger.domain.moments import Sums
from liftledger.domain.study import Study
from liftledger.prove.enrolment import Enrolled
from liftledger.stats.difference import difference
from liftledger.stats.findings import difference_of_means

NONE: Mapping[Group, Sequence[str]] = {}
BROKEN = "a check of the study failed, so neither part may be used"


def increments(
    enrolled: Enrolled,
    kind: str,
    revenue: Mapping[Group, Sums],
    ahead: Mapping[Group, Answer],
    *,
    doubts: Mapping[Group, Sequence[str]] = NONE,
    unit: Fraction,
    confidence: float,
) -> Iterator[Incremental]:
    """Of each arm but control; `kind`: of unit, the study's own or its parents'.

    `revenue`: sums of the measure `revenue` over all randomised units of an arm; `ahead`: what its customers are
    expected to bring from now on, per randomised unit. `doubts`: why its model is not to be relied on. `unit` is what
    an amount's 1 is worth.
    """
    study, grade = enrolled.study, enrolled.evidence.grade
    notes = tuple(_notes(enrolled, kind))
    assert study.control is not None
    control = _arm(study, study.control)
    for arm in study.arms:
        if arm != study.control:
            one = _arm(study, arm)
            told = [f"Of {group.arm}, {why}." for group in (control, one) for why in doubts.get(group, ())]
            yield Incremental(
                study=study.name,
                arm=arm,
                observed=difference_of_means(
                    "revenue", revenue[control], revenue[one], unit=unit, confidence=confidence
                ),
                observed_grade=grade.value,
                modelled=difference(ahead[control], ahead[one]),
                modelled_grade=(Grade.BROKEN if grade is Grade.BROKEN else Grade.ASSUMED).value,
                notes=(*notes, *told),
            )


def _notes(enrolled: Enrolled, kind: str) -> Iterator[str]:
    if enrolled.evidence.grade is Grade.BROKEN:
        yield BROKEN
    if several := enrolled.contaminated_parents.get(kind, 0):
        who, counts = (f"1 {kind} has", "counts") if several == 1 else (f"{grouped(several)} {kind}s have", "count")
        yield f"{who} {enrolled.study.unit}s in several arms, and {counts} in that of the first."


def _arm(study: Study, arm: str) -> Group:
    return Group(study=study.name, arm=arm)
