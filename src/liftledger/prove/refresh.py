"""Refresh: the same report as `report` makes, at the cost of what is new since the last time."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from liftledger import __version__
from liftledger.definitions.reader import read
from liftledger.domain.project import Project
from liftledger.domain.report import METHOD_VERSION
from liftledger.engine.engine import Watch
from liftledger.engine.state.state import State, fresh, read_state, write_state
from liftledger.prove.records import Records
from liftledger.prove.verbs import Made, Resources, made_from, running

STATE = "state"  # folder beside the definitions

Publish = Callable[[Made], Mapping[str, bytes]]  # writes the report's files into `out`, and gives them back by name


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
    place.mkdir(exist_ok=True)
    before = (None if full else read_state(place)) or fresh(__version__)
    with running(project, resources, watch) as engine:
        made = made_from(Records(engine, folder), project, as_of, resources)
    files = publish(made)
    state = State(
        before.format,
        before.key,
        before.sequence + 1,
        __version__,
        _served(project, folder, as_of),
        {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    write_state(place, state)
    return Outcome(made)


def explained(folder: Path, *, resources: Resources, watch: Watch | None = None) -> tuple[str, ...]:  # noqa: ARG001
    """What a refresh would read, and why, a line each; nothing is written."""
    return tuple(f"{fact.name}: all of it" for fact in read(folder).facts)


def _served(project: Project, folder: Path, as_of: int | None) -> str:
    """A hash of all that a report depends on besides the facts."""
    truth = (folder / project.truth).read_bytes() if project.truth else b""
    parts = (project, as_of, hashlib.sha256(truth).hexdigest(), METHOD_VERSION, __version__)
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()
