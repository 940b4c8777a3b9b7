"""Cohorts kept: a study's analysed units and what was counted of them, given back while they rest on nothing new.

Tables are in no order: sorting ten million units costs two to three times what writing them does, and an engine that
joins them by hashes gains little by it.
"""

from collections.abc import Mapping

import msgspec
from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Relation, Study
from liftledger.engine.cohort import (
    Cohort,
    Crossing,
    Enrolment,
    Keep,
    Parents,
    Randomised,
    enrol,
    of_parents,
    parents,
    planned,
    settle,
    unrelated,
)
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import all_of, column, commented, named
from liftledger.engine.state.store import Store
from liftledger.engine.state.study_key import study_key, timed_by
from liftledger.engine.template import fill


class KeptCohort(msgspec.Struct, frozen=True):
    """The units of one kind."""

    name: str  # of the cohort's table in a session
    table: str  # of the store
    rows: int
    columns: dict[str, str]  # name -> type


class KeptStudy(msgspec.Struct, frozen=True):
    """A study's cohorts by kind of unit, and what was counted while they were made, as `Enrolment` has it."""

    key: str
    latest: dict[str, int | None]  # what `study_key` must know besides the facts' last rows
    randomised: tuple[Randomised, ...]
    first: int | None
    last: int | None
    crossings: tuple[Crossing, ...]
    exposed: dict[str, int] | None
    cohorts: dict[str, KeptCohort] = {}
    contaminated: dict[str, int] = {}  # kind of parents -> those with units in several arms
    unrelated: dict[str, int] = {}  # kind of parents -> units that have none

    @property
    def names(self) -> frozenset[str]:
        """Tables of the store that are still needed."""
        return frozenset(one.table for one in self.cohorts.values())

    def enrolment(self, project: Project, study: Study) -> Enrolment:
        """As `enrol` counted it; the project may have changed in what does not matter for that."""
        cohort = planned(project, study)
        return Enrolment(cohort, self.randomised, self.first, self.last, self.crossings, self.exposed)


def keep_cohort(engine: Engine, store: Store, name: str, rows: exp.Query, sequence: int) -> KeptCohort:
    """Keeps the rows of a cohort, which from now on are its table in the session."""
    table = f"{name}_{sequence}"
    written = store.keep(table, rows)
    kept = KeptCohort(name, table, written, engine.columns(store.read([table])))
    restore(engine, store, kept)
    return kept


def restore(engine: Engine, store: Store, kept: KeptCohort) -> None:
    """Makes the cohort's table in the session, of what was kept."""
    rows = exp.select(*(column(name) for name in kept.columns)).from_(store.read([kept.table]).subquery("kept"))
    engine.view(kept.name, commented(rows, "The units as they were kept: nothing that they rest on changed since."))


def same(engine: Engine, store: Store, before: KeptCohort, now: KeptCohort) -> bool:
    """Whether no unit came, went, or moved to another arm, start or segment."""
    if before.table == now.table:
        return True
    if (before.rows, before.columns) != (now.rows, now.columns):
        return False
    equal: list[exp.Expr] = [
        exp.EQ(this=column(name, "now"), expression=column(name, "before")) for name in now.columns
    ]
    tables = {"before": store.read([before.table]), "now": store.read([now.table])}
    [(units,)] = engine.rows(f"{now.name}: units as before", fill("alike", tables=tables, same=all_of(equal)))
    return bool(units == now.rows)


class Cohorts:
    """The cohorts of one refresh: of a study that rests on nothing new they are given back, of others made and kept."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        sequence: int,
        before: Mapping[str, KeptStudy],
        versions: Mapping[str, str],
        lasts: Mapping[str, int | None],
    ) -> None:
        self._engine, self._store, self._sequence, self._before = engine, store, sequence, before
        self._versions, self._lasts = versions, lasts
        self.state: dict[str, KeptStudy] = {}  # to be stored
        self._standing: set[str] = set()

    def stands(self, project: Project, study: Study, as_of: int) -> bool:
        """Whether the study's cohorts are as they were kept; else `facts_of` must be in the engine to make them."""
        before = self._before.get(study.name)
        return before is not None and before.key == self._key(project, study, as_of, before.latest)

    def enrol(self, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
        """As `cohort.enrol`."""
        if self.stands(project, study, as_of):
            kept = self.state[study.name] = self._before[study.name]
            self._standing.add(study.name)
            return kept.enrolment(project, study)
        found = enrol(self._engine, project, study, as_of)
        if isinstance(found, Enrolment):
            latest = self._latest(study, timed_by(project, study))
            key = self._key(project, study, as_of, latest)
            counted = (found.randomised, found.first, found.last, found.crossings, found.exposed)
            self.state[study.name] = KeptStudy(key, latest, *counted)
        return found

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

    def _key(self, project: Project, study: Study, as_of: int, latest: Mapping[str, int | None]) -> str:
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
        restore(self._engine, self._store, self.state[cohort.study.name].cohorts[cohort.kind])
        return True

    def _keeping(self, cohort: Cohort) -> Keep:
        def keep(name: str, rows: exp.Query) -> None:
            kept = keep_cohort(self._engine, self._store, name, rows, self._sequence)
            self._add(cohort.study.name, "cohorts", cohort.kind, kept)

        return keep

    def _add(self, study: str, part: str, kind: str, value: object) -> None:
        kept = self.state[study]
        self.state[study] = msgspec.structs.replace(kept, **{part: getattr(kept, part) | {kind: value}})
