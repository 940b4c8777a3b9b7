"""Cohorts kept: a study's analysed units and what was counted of them, given back while they rest on nothing new.

Tables are in no order: sorting ten million units costs two to three times what writing them does, and an engine that
joins them by hashes gains little by it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

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
    attributed,
    counted,
    crossings_of,
    enrol,
    nobody,
    of_parents,
    parents,
    planned,
    settle,
    strangers,
    unrelated,
)
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import all_of, column, commented, named
from liftledger.engine.state import intake
from liftledger.engine.state.intake import Added, Intake
from liftledger.engine.state.store import Store
from liftledger.engine.state.study_key import facts_of, growing_key, grows, study_key, timed_by
from liftledger.engine.template import fill

MOST = 24  # tables of units that entered; more are put together


class KeptCohort(msgspec.Struct, frozen=True):
    """The units of one kind."""

    name: str  # of the cohort's table in a session
    tables: tuple[str, ...]  # of the store, each of other units
    rows: int
    columns: dict[str, str]  # name -> type


class KeptStudy(msgspec.Struct, frozen=True):
    """A study's cohorts by kind of unit, and what was counted while they were made, as `Enrolment` has it.

    With an intake, they hold the units of every date, and so do the counts.
    """

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
    intake: Intake | None = None

    @property
    def names(self) -> frozenset[str]:
        """Tables of the store that are still needed."""
        crossed = self.intake.crossed if self.intake else ()
        return frozenset((*crossed, *(table for one in self.cohorts.values() for table in one.tables)))

    def enrolment(self, project: Project, study: Study) -> Enrolment:
        """As `enrol` counted it; the project may have changed in what does not matter for that."""
        cohort = planned(project, study)
        return Enrolment(cohort, self.randomised, self.first, self.last, self.crossings, self.exposed)


def keep_cohort(engine: Engine, store: Store, name: str, rows: exp.Query, sequence: int) -> KeptCohort:
    """Keeps the rows of a cohort, which from now on are its table in the session."""
    table = f"{name}_{sequence}"
    written = store.keep(table, rows)
    kept = KeptCohort(name, (table,), written, engine.columns(store.read([table])))
    restore(engine, store, kept)
    return kept


def restore(engine: Engine, store: Store, kept: KeptCohort) -> None:
    """Makes the cohort's table in the session, of what was kept."""
    text = "The units as they were kept: nothing that they rest on changed since."
    engine.view(kept.name, commented(units_of(store, kept), text))


def units_of(store: Store, kept: KeptCohort) -> exp.Select:
    """Its rows."""
    return exp.select(*(column(name) for name in kept.columns)).from_(store.read(kept.tables).subquery("kept"))


def same(engine: Engine, store: Store, before: KeptCohort, now: KeptCohort) -> bool:
    """Whether no unit came, went, or moved to another arm, start or segment."""
    if before.tables == now.tables:
        return True
    if (before.rows, before.columns) != (now.rows, now.columns):
        return False
    equal: list[exp.Expr] = [
        exp.EQ(this=column(name, "now"), expression=column(name, "before")) for name in now.columns
    ]
    tables = {"before": store.read(before.tables), "now": store.read(now.tables)}
    [(units,)] = engine.rows(f"{now.name}: units as before", fill("alike", tables=tables, same=all_of(equal)))
    return bool(units == now.rows)


def _every(study: Study) -> str:
    """Name of the table of the units of every date."""
    return f"every_{study.name}"


def _together(
    kept: KeptStudy, randomised: Sequence[Randomised], first: int | None, last: int | None
) -> dict[str, object]:
    """Counts of a study to which units were added."""
    units = {(one.period, one.arm): 0 for one in (*kept.randomised, *randomised)}
    for one in (*kept.randomised, *randomised):
        units[one.period, one.arm] += one.units
    return {
        "randomised": tuple(Randomised(arm, period, units[period, arm]) for period, arm in sorted(units)),
        "first": min((one for one in (kept.first, first) if one is not None), default=None),
        "last": max((one for one in (kept.last, last) if one is not None), default=None),
    }


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
        added: Mapping[str, Added] | None = None,
        whole: Callable[[str], object] = str,
    ) -> None:
        """`added`: of facts that have more rows than last time and no other change; `whole` has a fact's table made."""
        self._engine, self._store, self._sequence, self._before = engine, store, sequence, before
        self._versions, self._lasts, self._added, self._whole = versions, lasts, added or {}, whole
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

    def _newcomers(self, cohort: Cohort) -> str:
        kept, table = self.state[cohort.study.name].cohorts[cohort.kind], self._entered[cohort.study.name]
        rows = units_of(self._store, msgspec.structs.replace(kept, tables=(table,)) if table else kept)
        name = f"entered_{cohort.table}"
        text = "The units that entered since last time."
        self._engine.view(name, commented(rows if table else rows.where(exp.false()), text))
        return name

    # --- studies that grow

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
            kept = self._by(kept, study, as_of)
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
            if (before.key, before.intake.version) == (growing_key(project, study, self._versions), added.since):
                found = self._with_more(project, study, before, before.intake, added.rows)
        found = found or self._gathered(project, study)
        self.state[study.name] = found
        self._standing.add(study.name)
        return found

    def _gathered(self, project: Project, study: Study) -> KeptStudy:
        """From all rows."""
        self._read_all(facts_of(project, study))
        found, cohort = intake.taken(self._engine, project, study), planned(project, study)
        name = f"{cohort.table}_{self._sequence}"
        written = self._store.keep(name, attributed(self._engine, project, cohort, found.units))
        own = KeptCohort(cohort.table, (name,), written, self._engine.columns(self._store.read([name])))
        crossed = self._crossed(study, (), found.crossed)
        counts = counted(self._engine, study, intake.assigned(units_of(self._store, own), None))
        key = growing_key(project, study, self._versions)
        return self._counted(study, KeptStudy(key, {}, *counts, (), None, {study.unit: own}), crossed, found)

    def _with_more(
        self, project: Project, study: Study, before: KeptStudy, known: Intake, rows: str
    ) -> KeptStudy | None:
        """With rows that came in addition; None: all have to be read."""
        own = before.cohorts[study.unit]
        found = intake.more(self._engine, project, study, rows, units_of(self._store, own))
        if found is None:
            return None
        self._read_all(facts_of(project, study) - {study.assignment.fact})
        cohort, name = planned(project, study), f"{own.name}_{self._sequence}"
        units = attributed(self._engine, project, cohort, found.units)
        if self._engine.columns(units) != own.columns:
            return None
        written = self._store.keep(name, units)
        crossed = self._crossed(study, known.crossed, found.crossed)
        self._entered[study.name] = name if written else ""
        if written:
            came = msgspec.structs.replace(own, tables=(name,), rows=written)
            counts = counted(self._engine, study, intake.assigned(units_of(self._store, came), None))
            tables = (*self._fewer(own, name), name)
            own = msgspec.structs.replace(own, tables=tables, rows=own.rows + written)
            before = msgspec.structs.replace(before, cohorts={study.unit: own}, **_together(before, *counts))
        return self._counted(study, before, crossed, found)

    def _fewer(self, own: KeptCohort, name: str) -> tuple[str, ...]:
        """Tables of a cohort, whose first holds the most: the others are put together before they are too many."""
        first, *others = own.tables
        if len(others) < MOST:
            return own.tables
        united = f"{name}_united"
        self._store.keep(united, units_of(self._store, msgspec.structs.replace(own, tables=tuple(others))))
        return (first, united)

    def _crossed(self, study: Study, before: tuple[str, ...], more: Sequence[exp.Query]) -> tuple[str, ...]:
        """Tables of units seen in several arms."""
        tables, name = list(before), f"crossed_{study.name}_{self._sequence}"
        for place, query in enumerate(more):
            if self._store.keep(f"{name}_{place}", query):
                tables.append(f"{name}_{place}")
        if len(tables) <= MOST:
            return tuple(tables)
        self._store.keep(name, intake.crossed(self._store.read(tables)))
        return (name,)

    def _counted(self, study: Study, kept: KeptStudy, crossed: tuple[str, ...], found: intake.Taken) -> KeptStudy:
        """With its crossings, and the rest of what rows that were taken in say."""
        rows = intake.crossed(self._store.read(crossed)) if crossed else None
        crossings = crossings_of(self._engine, study, rows) if rows is not None else ()
        lasts = [kept.last, intake.latest(self._engine, study, rows)]
        unnamed = [found.unnamed, kept.intake.unnamed if kept.intake else None]
        known = Intake(
            self._versions[study.assignment.fact],
            max((one for one in lasts if one is not None), default=None),
            min((one for one in unnamed if one is not None), default=None),
            crossed,
        )
        return msgspec.structs.replace(kept, crossings=crossings, intake=known)

    def _by(self, kept: KeptStudy, study: Study, as_of: int) -> KeptStudy:
        """As it was counted by a date."""
        assert kept.intake is not None
        units = intake.assigned(units_of(self._store, kept.cohorts[study.unit]), as_of)
        randomised, first, last = counted(self._engine, study, units)
        crossings: tuple[Crossing, ...] = ()
        if kept.intake.crossed:
            rows = intake.crossed(self._store.read(kept.intake.crossed)).subquery("crossed")
            then = exp.select("*").from_(rows).where(intake.before(column("_other"), as_of))
            crossings = crossings_of(self._engine, study, then)
        return msgspec.structs.replace(kept, randomised=randomised, first=first, last=last, crossings=crossings)

    # ---

    def _read_all(self, facts: Iterable[str]) -> None:
        """Has the tables of facts made."""
        for fact in sorted(self._versions.keys() & set(facts)):
            self._whole(fact)

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
