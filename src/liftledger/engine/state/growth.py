"""Growth: the units of every date, of studies whose cohorts only grow; those that come later are added."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.cohort import Crossing, Randomised, attributed, counted, crossings_of, planned
from liftledger.engine.engine import Engine
from liftledger.engine.render import column
from liftledger.engine.state import intake
from liftledger.engine.state.cohorts_kept import KeptCohort, KeptStudy, units_of
from liftledger.engine.state.intake import Intake
from liftledger.engine.state.store import Store
from liftledger.engine.state.study_key import facts_of, growing_key

MOST = 24  # tables of units that entered; more are put together


class Growth:
    """What one refresh makes of studies that grow."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        sequence: int,
        versions: Mapping[str, str],
        read_all: Callable[[Iterable[str]], None],
    ) -> None:
        """`read_all` has the tables of facts made."""
        self._engine, self._store, self._sequence = engine, store, sequence
        self._versions, self._read_all = versions, read_all

    def gathered(self, project: Project, study: Study) -> KeptStudy:
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

    def with_more(self, project: Project, study: Study, before: KeptStudy, rows: str) -> tuple[KeptStudy, str] | None:
        """With rows that came in addition, and the table of the units that entered, '' where none did.

        None: all have to be read.
        """
        assert before.intake is not None
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
        crossed = self._crossed(study, before.intake.crossed, found.crossed)
        if written:
            came = msgspec.structs.replace(own, tables=(name,), rows=written)
            counts = counted(self._engine, study, intake.assigned(units_of(self._store, came), None))
            tables = (*self._fewer(own, name), name)
            own = msgspec.structs.replace(own, tables=tables, rows=own.rows + written)
            before = msgspec.structs.replace(before, cohorts={study.unit: own}, **_together(before, *counts))
        return self._counted(study, before, crossed, found), name if written else ""

    def by(self, kept: KeptStudy, study: Study, as_of: int) -> KeptStudy:
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
