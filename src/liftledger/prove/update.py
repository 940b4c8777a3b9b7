"""What is kept, brought up to date with the records, and the report that it then gives."""

from pathlib import Path

from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project
from liftledger.engine.engine import Refusal, Watch
from liftledger.engine.state.lock import STATE
from liftledger.engine.state.open import open_store
from liftledger.engine.state.plan import Plan, plan
from liftledger.engine.state.state import State, renewed
from liftledger.prove.kept_records import KeptRecords
from liftledger.prove.resources import Resources
from liftledger.prove.verbs import Made, made_from, running


def updated(
    project: Project,
    folder: Path,
    before: State,
    planned: tuple[Plan, ...],
    as_of: int | None,
    resources: Resources,
    watch: Watch | None,
) -> tuple[Made, State]:
    """The report, and what to know the next time; all tables that it mentions are kept. Raises Mistakes."""
    try:
        return _brought_up_to_date(project, folder, before, planned, as_of, resources, watch)
    except Mistakes as found:
        if not before.tables or not isinstance(found.__cause__, Refusal):
            raise
    # what is kept cannot be read: somebody removed or damaged it
    anew = renewed(before)
    return _brought_up_to_date(project, folder, anew, plan(project, folder, {}), as_of, resources, watch)


def _brought_up_to_date(
    project: Project,
    folder: Path,
    before: State,
    planned: tuple[Plan, ...],
    as_of: int | None,
    resources: Resources,
    watch: Watch | None,
) -> tuple[Made, State]:
    with running(project, resources, watch) as engine:
        store = open_store(engine, folder / STATE, before.key)
        store.sweep(before.tables)
        if lost := store.missing(before.tables):
            raise Refusal(f"{len(lost)} kept tables are gone")
        records = KeptRecords(engine, folder, store, before, planned)
        made = made_from(records, project, as_of, resources)
        store.commit()
    return made, records.state()
