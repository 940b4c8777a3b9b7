"""A session on what the last refresh kept, without keeping anything: what is new since is read once more each time."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from liftledger import __version__
from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project
from liftledger.engine.engine import Refusal, Watch
from liftledger.engine.state.lock import STATE, locked
from liftledger.engine.state.open import open_store
from liftledger.engine.state.plan import plan
from liftledger.engine.state.state import fresh, read_state, renewed
from liftledger.prove.kept_records import KeptRecords
from liftledger.prove.records import Records
from liftledger.prove.resources import Resources
from liftledger.prove.verbs import running

T = TypeVar("T")


class _Unkept(Exception):
    """Nothing can be kept here now, not even for a session."""


def with_records(
    project: Project, folder: Path, resources: Resources, watch: Watch | None, work: Callable[[Records], T]
) -> tuple[T, str]:
    """What `work` makes of the records, and why they were all read; '' where they were not. Raises Mistakes."""
    try:
        return _kept(project, folder, resources, watch, work), ""
    except _Unkept as unkept:
        reason = str(unkept)
    except Mistakes as found:
        if not isinstance(found.__cause__, Refusal):
            raise
        reason = "what the last refresh kept cannot be read"
    with running(project, resources, watch) as engine:
        return work(Records(engine, folder)), reason


def _kept(project: Project, folder: Path, resources: Resources, watch: Watch | None, work: Callable[[Records], T]) -> T:
    place = folder / STATE
    with ExitStack() as session:
        try:
            session.enter_context(locked(place))
            before = read_state(place) or fresh(__version__)
        except Mistakes as found:
            raise _unkept(found) from found
        engine = session.enter_context(running(project, resources, watch))
        try:
            store = open_store(engine, place, before.key)
            store.sweep(before.tables)
        except Mistakes as found:
            raise _unkept(found) from found
        if store.missing(before.tables):
            before = renewed(before)
        made = work(KeptRecords(engine, folder, store, before, plan(project, folder, before.facts)))
        store.sweep(before.tables)  # what was kept on the way is of no use to anybody
        return made


def _unkept(found: Mistakes) -> _Unkept:
    first = found.mistakes[0]
    return _Unkept(f"{first.place}: {first.found}")
