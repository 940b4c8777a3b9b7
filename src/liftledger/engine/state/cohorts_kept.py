"""Cohorts kept: a study's analysed units and what was counted of them.

Tables are in no order: sorting ten million units costs two to three times what writing them does, and an engine that
joins them by hashes gains little by it.
"""

import msgspec
from sqlglot import exp

from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.cohort import Crossing, Enrolment, Randomised, planned
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented
from liftledger.engine.state.intake import Intake
from liftledger.engine.state.store import Store
from liftledger.engine.template import fill


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
