"""What a study's cohorts rest on, in one hash: while it is the same, so are they."""

import hashlib
from collections.abc import Iterator, Mapping

import msgspec

from liftledger.domain.project import Project
from liftledger.domain.study import Dimension, Relation, Study
from liftledger.engine.attributes import attributes, started

FORM = 1  # of what is kept; cohorts of another one are made again


def study_key(
    project: Project, study: Study, versions: Mapping[str, str], until: int, lasts: Mapping[str, int | None]
) -> str:
    """Of the study's own definition, of all that its metrics ask of its units, and of the facts that are read for it.

    `project`: with the metrics that follow from others, and the dimensions that questions show. `versions`: of each
    fact that could be loaded, a hash of its rows as they are in the engine; rows that are numbered as they are read
    have another one whenever they are read. `lasts`: of each dated fact and, as `fact.column`, of the column that times
    assignments, the last instant; None: there is none. `until` is part of it only where it leaves out rows; what is not
    said, may be.
    """
    read = [project.fact(name) for name in sorted(facts_of(project, study))]
    parts = (
        FORM,
        (study.name, study.unit, study.arms, study.assignment, study.exposure, study.start, study.end),
        [shares.start for shares in study.shares],
        (started(project, study), _dimensions(project, study)),
        _relations(project, study),
        [(msgspec.structs.replace(fact, through=None), versions.get(fact.name)) for fact in read],
        tuple(until if leaves_out else None for leaves_out in _cuts(project, study, until, lasts)),
    )
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def grows(project: Project, study: Study) -> bool:
    """Whether the study's units are known by their first assignments alone: these are the same whatever the date."""
    fact = project.fact(study.assignment.fact)
    by_unit = fact.unit is not None and fact.keyed_by == study.unit and not _relations(project, study)
    return by_unit and study.exposure is None and timed_by(project, study) is not None


def growing_key(project: Project, study: Study, versions: Mapping[str, str]) -> str:
    """As `study_key` of a study that grows, without the date and without the rows of its assignments.

    Where these say more of the units than when they were assigned, they are part of it.
    """
    fact = study.assignment.fact
    about = {dimension.fact for dimension in _dimensions(project, study)}
    known = versions if fact in about else {**versions, fact: ""}
    return study_key(project, study, known, 0, {str(timed_by(project, study)): None})


def facts_of(project: Project, study: Study) -> frozenset[str]:
    """Facts that are read to make the study's cohorts."""
    linked = {relation.fact for relation in _relations(project, study)}
    return frozenset({*_logs(study), *linked, *(dimension.fact for dimension in _dimensions(project, study))})


def timed_by(project: Project, study: Study) -> str | None:
    """The fact or column that says when units were assigned, as `lasts` calls it; None: nothing does."""
    assignment = study.assignment
    if assignment.time is not None:
        return f"{assignment.fact}.{assignment.time}"
    return None if project.fact(assignment.fact).wide else assignment.fact


def _logs(study: Study) -> set[str]:
    """Facts of assignments and exposures."""
    return {study.assignment.fact} | ({study.exposure.fact} if study.exposure else set())


def _relations(project: Project, study: Study) -> list[Relation]:
    """By which rows of other units are of the study's units, and by which these have parents."""
    links = {project.relation(project.fact(fact).keyed_by, study.unit) for fact in _logs(study)}
    above = {project.metric(name).fact for name in study.metrics}
    links |= {project.relation(study.unit, project.fact(fact).keyed_by) for fact in above}
    links |= {project.relation(study.unit, base.unit) for base in project.customers}
    return sorted((one for one in links if one is not None), key=lambda one: (one.child, one.parent))


def _dimensions(project: Project, study: Study) -> list[Dimension]:
    """Those of the study's units and of their parents that its metrics ask for."""
    kinds = {study.unit, *(one.parent for one in _relations(project, study) if one.child == study.unit)}
    wanted = {one.name for one in attributes(project, study) if one.kind in kinds}
    return sorted((one for one in project.dimensions if one.name in wanted), key=lambda one: one.name)


def _cuts(project: Project, study: Study, until: int, lasts: Mapping[str, int | None]) -> Iterator[bool]:
    """Whether rows of assignments, and of exposures, lie at `until` or after it."""

    def after(name: str) -> bool:
        last = lasts.get(name, until)
        return last is not None and last >= until

    timed = timed_by(project, study)
    yield timed is not None and after(timed) and (study.end is None or until < study.end)
    exposure = study.exposure
    yield exposure is not None and not project.fact(exposure.fact).wide and after(exposure.fact)
