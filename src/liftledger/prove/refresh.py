"""Refresh: the same report as `report` makes, at the cost of what is new since the last time."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from liftledger import __version__
from liftledger.definitions.reader import read
from liftledger.domain.due import Due
from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project
from liftledger.domain.report import METHOD_VERSION
from liftledger.engine.engine import Refusal, Watch
from liftledger.engine.state.facts import Facts
from liftledger.engine.state.lock import STATE, locked
from liftledger.engine.state.open import open_store
from liftledger.engine.state.plan import Plan, plan
from liftledger.engine.state.state import State, fresh, read_state, renewed, write_state
from liftledger.prove.kept_records import KeptRecords
from liftledger.prove.verbs import Made, Resources, made_from, running

Publish = Callable[[Made], Mapping[str, bytes]]  # writes the report's files into `out`, and gives them back by name

NOTHING = "nothing new: no fact was read"


class Outcome(msgspec.Struct, frozen=True):
    """What a refresh did; without `made`, nothing was new and the report stands as it is."""

    made: Made | None
    notes: tuple[str, ...] = ()


def refresh(
    folder: Path,
    out: Path,
    publish: Publish,
    *,
    as_of: int | None = None,
    full: bool = False,
    resources: Resources,
    watch: Watch | None = None,
) -> Outcome:
    """Measures a project from what is kept and what is new, publishes, and keeps the new state. Raises Mistakes."""
    project, place = read(folder), folder / STATE
    with locked(place):
        before = read_state(place) or fresh(__version__)
        before = renewed(before) if full else before
        served, planned = _served(project, folder, as_of), plan(project, folder, before.facts)
        if before.served == served and not any(one.changes for one in planned) and _stands(out, before.published):
            _look_again(place, before, planned)
            return Outcome(None, (NOTHING,))
        made, state = _measured(project, folder, before, planned, as_of, resources, watch)
        files = publish(made)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        write_state(place, msgspec.structs.replace(state, program=__version__, served=served, published=hashes))
    return Outcome(made, made.provenance.refreshed or ())


def explained(folder: Path, *, resources: Resources, watch: Watch | None = None) -> tuple[Due, ...]:  # noqa: ARG001
    """What a refresh would read of each fact, and why; nothing is written. Raises Mistakes."""
    project = read(folder)
    before = read_state(folder / STATE)
    return tuple(one.due for one in plan(project, folder, before.facts if before else {}))


def _measured(
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
    planned: Iterable[Plan],
    as_of: int | None,
    resources: Resources,
    watch: Watch | None,
) -> tuple[Made, State]:
    with running(project, resources, watch) as engine:
        store = open_store(engine, folder / STATE, before.key)
        store.sweep(before.tables)
        if lost := store.missing(before.tables):
            raise Refusal(f"{len(lost)} kept tables are gone")
        by_fact = {one.fact: one for one in planned}
        facts = Facts(engine, store, project, folder, before.facts, before.sequence + 1, by_fact)
        records = KeptRecords(engine, folder, store, before, facts)
        made = made_from(records, project, as_of, resources)
        store.commit()
    return made, records.state()


def _stands(out: Path, published: Mapping[str, str]) -> bool:
    """Whether the report is there as it was published."""
    try:
        found = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in published}
    except OSError:
        return False
    return bool(published) and found == published


def _look_again(place: Path, before: State, planned: Iterable[Plan]) -> None:
    """What was touched and is the same as ever need not be hashed another time."""
    facts = before.facts | {one.fact: one.state for one in planned if one.state is not None}
    if facts != before.facts:
        write_state(place, msgspec.structs.replace(before, facts=facts))


def _served(project: Project, folder: Path, as_of: int | None) -> str:
    """A hash of all that a report depends on besides the facts."""
    truth = (folder / project.truth).read_bytes() if project.truth else b""
    parts = (project, as_of, hashlib.sha256(truth).hexdigest(), METHOD_VERSION, __version__)
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()
