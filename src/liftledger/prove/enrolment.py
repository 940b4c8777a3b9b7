"""Who takes part in each study: its cohorts by unit kind, and how far they can be trusted."""

from collections.abc import Collection

import msgspec

from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.cohort import Cohort, Enrolment
from liftledger.prove.evidence import Evidence, weigh
from liftledger.prove.records import Records


class Enrolled(msgspec.Struct, frozen=True):
    """A study's cohorts, and what is known about them."""

    enrolment: Enrolment
    evidence: Evidence
    cohorts: dict[str, Cohort]  # by unit kind: the study's own, and parents that its metrics are keyed by
    contaminated_parents: dict[str, int]
    unrelated: dict[str, int]

    @property
    def study(self) -> Study:
        return self.enrolment.cohort.study


def assign(
    records: Records, project: Project, loaded: Collection[str], as_of: int
) -> tuple[tuple[Enrolment, ...], tuple[Mistake, ...]]:
    """The assignments of the studies whose facts for that are loaded, and every mistake in them."""
    enrolments: list[Enrolment] = []
    mistakes: list[Mistake] = []
    for study in project.studies:
        facts = {study.assignment.fact, *(relation.fact for relation in project.relations)}
        facts |= {study.exposure.fact} if study.exposure else set()
        if facts <= set(loaded):
            found = records.enrol(project, study, as_of)
            if isinstance(found, Enrolment):
                enrolments.append(found)
            else:
                mistakes += found
    return tuple(enrolments), tuple(mistakes)


def settled(records: Records, project: Project, enrolment: Enrolment) -> Enrolled:
    """The study's cohorts, from assignments or from first exposures; all facts are loaded."""
    study = enrolment.cohort.study
    evidence = weigh(study, enrolment)
    records.settle(project, enrolment, from_exposure=evidence.exposure is not None and evidence.exposure.used)
    cohorts, contaminated, lost = {study.unit: enrolment.cohort}, {}, {}
    for kind in dict.fromkeys(base.unit for base in project.customers):
        if up := project.relation(study.unit, kind):
            found = records.parents(enrolment.cohort, up)
            cohorts[kind], contaminated[kind] = found.cohort, found.contaminated
    for fact in dict.fromkeys(project.metric(name).fact for name in study.metrics):
        kind = project.fact(fact).keyed_by
        up, down = project.relation(study.unit, kind), project.relation(kind, study.unit)
        if up is not None and kind not in cohorts:
            found = records.parents(enrolment.cohort, up)
            cohorts[kind], contaminated[kind] = found.cohort, found.contaminated
        if up is not None:
            lost[fact] = records.unrelated_units(enrolment.cohort, up)
        if down is not None:
            lost[fact] = records.unrelated_rows(fact, down)
    return Enrolled(enrolment, evidence, cohorts, contaminated, lost)


def unit_kind(project: Project, study: Study, fact: str) -> str:
    """By what a fact is analysed in a study: the study's own unit, or the parent that the fact is keyed by."""
    own = project.fact(fact).keyed_by
    return own if own != study.unit and project.relation(study.unit, own) else study.unit
