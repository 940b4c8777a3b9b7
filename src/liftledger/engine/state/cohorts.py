"""Cohorts of one refresh: given back as they were kept while they rest on nothing new, or made and kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Relation, Study
from liftledger.engine.cohort import (
    Cohort,
    Enrolment,
    Keep,
    Parents,
    enrol,
    nobody,
    of_parents,
    parents,
    settle,
    strangers,
    unrelated,
)
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import column, commented, named
from liftledger.engine.state import intake
from liftledger.engine.state.cohorts_kept import KeptStudy, keep_cohort, restore, units_of
from liftledger.engine.state.growth import Growth
from liftledger.engine.state.intake import Added
from liftledger.engine.state.store import Store
from liftledger.engine.state.study_key import facts_of, growing_key, grows, study_key, timed_by


class Cohorts:
    """Of all studies; a study's are asked for in the order of `engine.cohort`."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        sequence: int,
        before: Mapping[str, KeptStudy],
        versions: Mapping[str, str],
        lasts: Mapping[str, int | None],
        added: Mapping[str, Added] | None = None,
        whole: Callable[[str], object] = str,
    ) -> None:
        """`added`: of facts that have more rows than last time and no other change; `whole` has a fact's table made."""
        self._engine, self._store, self._sequence, self._before = engine, store, sequence, before
        self._versions, self._lasts, self._added, self._whole = versions, lasts, added or {}, whole
        self._growth = Growth(engine, store, sequence, versions, self._read_all)
        self.state: dict[str, KeptStudy] = {}  # to be stored
        self._standing: set[str] = set()
        self._entered: dict[str, str] = {}  # studies that only grew -> table of the units that entered; '': none did

    def stands(self, project: Project, study: Study, as_of: int) -> bool:
        """Whether the study's cohorts are as they were kept."""
        before = self._before.get(study.name)
        if before is None or before.key != self._key(project, study, as_of, before.latest):
            return False
        return before.intake is None or before.intake.version == self._versions[study.assignment.fact]

    def enrol(self, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
        """As `cohort.enrol`."""
        if grows(project, study) and facts_of(project, study) <= self._versions.keys():
            return self._enrol_grown(project, study, as_of)  # of facts that cannot be read, mistakes are told later
        if self.stands(project, study, as_of):
            kept = self.state[study.name] = self._before[study.name]
            self._standing.add(study.name)
            self._entered[study.name] = ""
            return kept.enrolment(project, study)
        self._read_all(facts_of(project, study))
        found = enrol(self._engine, project, study, as_of)
        if isinstance(found, Enrolment):
            latest = self._latest(study, timed_by(project, study))
            key = self._key(project, study, as_of, latest)
            counts = (found.randomised, found.first, found.last, found.crossings, found.exposed)
            self.state[study.name] = KeptStudy(key, latest, *counts)
        return found

    def every(self, cohort: Cohort) -> Cohort:
        """The cohort of every date, where the study grows; of others, the same."""
        kept = self.state[cohort.study.name]
        return cohort if kept.intake is None else msgspec.structs.replace(cohort, table=_every(cohort.study))

    def entered(self, cohorts: Sequence[Cohort]) -> tuple[str, ...] | None:
        """Tables of units that entered each of these since last time; (): nobody did. None: more happened than that.

        The cohorts are those of every date.
        """
        known = [name for name in (one.study.name for one in cohorts) if name in self._entered]
        if len(known) < len(cohorts):
            return None
        return tuple(map(self._newcomers, cohorts)) if any(map(self._entered.get, known)) else ()

    def settle(self, project: Project, enrolment: Enrolment, *, from_exposure: bool) -> None:
        """As `cohort.settle`."""
        cohort = enrolment.cohort
        if not self._restored(cohort):
            keep = self._keeping(cohort)
            settle(self._engine, project, enrolment, from_exposure=from_exposure, keep=keep)

    def parents(self, cohort: Cohort, relation: Relation) -> Parents:
        """As `cohort.parents`."""
        found, name = of_parents(cohort, relation.parent), cohort.study.name
        if self._restored(found):
            return Parents(found, self.state[name].contaminated[relation.parent])
        made = parents(self._engine, cohort, relation, self._keeping(found))
        self._add(name, "contaminated", relation.parent, made.contaminated)
        return made

    def unrelated(self, cohort: Cohort, relation: Relation) -> int:
        """As `cohort.unrelated`, of the units of a study's own cohort."""
        name, kind = cohort.study.name, relation.parent
        if name not in self._standing:
            self._add(name, "unrelated", kind, unrelated(self._engine, cohort.table, relation))
        return self.state[name].unrelated[kind]

    def _enrol_grown(self, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
        kept = self._brought_up_to_date(project, study, as_of)
        assert kept.intake is not None
        if kept.intake.unnamed is not None and kept.intake.unnamed < as_of:
            table = table_of(study.assignment.fact)
            self._read_all([study.assignment.fact])
            return strangers(self._engine, project, study, table, as_of)
        own, every = kept.cohorts[study.unit], units_of(self._store, kept.cohorts[study.unit])
        self._engine.view(_every(study), commented(every, "The units of every date."))
        rows = exp.select("*").from_(_every(study))
        if kept.intake.last is not None and kept.intake.last >= as_of:
            kept = self._growth.by(kept, study, as_of)
            rows = rows.where(intake.before(column("_start"), as_of))
        if not kept.randomised:
            return (nobody(study, as_of),)
        self._engine.view(own.name, commented(rows, "The units that were assigned before the report's date."))
        return kept.enrolment(project, study)

    def _brought_up_to_date(self, project: Project, study: Study, as_of: int) -> KeptStudy:
        """The study with the units of every date."""
        before, fact = self._before.get(study.name), study.assignment.fact
        found = None
        if self.stands(project, study, as_of):
            found = self._before[study.name]
            self._entered[study.name] = ""
        elif before is not None and before.intake is not None and fact in self._added:
            added = self._added[fact]
            known = (before.key, before.intake.version) == (growing_key(project, study, self._versions), added.since)
            if known and (more := self._growth.with_more(project, study, before, added.rows)):
                found, self._entered[study.name] = more
        found = found or self._growth.gathered(project, study)
        self.state[study.name] = found
        self._standing.add(study.name)
        return found

    def _newcomers(self, cohort: Cohort) -> str:
        kept, table = self.state[cohort.study.name].cohorts[cohort.kind], self._entered[cohort.study.name]
        rows = units_of(self._store, msgspec.structs.replace(kept, tables=(table,)) if table else kept)
        name = f"entered_{cohort.table}"
        text = "The units that entered since last time."
        self._engine.view(name, commented(rows if table else rows.where(exp.false()), text))
        return name

    def _read_all(self, facts: Iterable[str]) -> None:
        """Has the tables of facts made."""
        for fact in sorted(self._versions.keys() & set(facts)):
            self._whole(fact)

    def _key(self, project: Project, study: Study, as_of: int, latest: Mapping[str, int | None]) -> str:
        if grows(project, study):
            return growing_key(project, study, self._versions)
        return study_key(project, study, self._versions, as_of, {**self._lasts, **latest})

    def _latest(self, study: Study, timed: str | None) -> dict[str, int | None]:
        """The last instant of the column that times assignments; of a fact's own time it is known."""
        assignment = study.assignment
        if assignment.time is None or timed is None:
            return {}
        last = named(exp.Max(this=column(assignment.time)), "last")
        query = commented(exp.select(last).from_(table_of(assignment.fact)), "When the last unit was assigned.")
        [(found,)] = self._engine.rows(f"{study.name}: last assignment", query)
        return {timed: found}

    def _restored(self, cohort: Cohort) -> bool:
        """Whether the cohort stands; its table does from now on."""
        if cohort.study.name not in self._standing:
            return False
        kept = self.state[cohort.study.name]
        if kept.intake is None:
            restore(self._engine, self._store, kept.cohorts[cohort.kind])
        return True

    def _keeping(self, cohort: Cohort) -> Keep:
        def keep(name: str, rows: exp.Query) -> None:
            kept = keep_cohort(self._engine, self._store, name, rows, self._sequence)
            self._add(cohort.study.name, "cohorts", cohort.kind, kept)

        return keep

    def _add(self, study: str, part: str, kind: str, value: object) -> None:
        kept = self.state[study]
        self.state[study] = msgspec.structs.replace(kept, **{part: getattr(kept, part) | {kind: value}})


def _every(study: Study) -> str:
    """Name of the table of the units of every date."""
    return f"every_{study.name}"
