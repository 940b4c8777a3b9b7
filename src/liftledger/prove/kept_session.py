"""A session on what the last refresh kept, without keeping anything: what is new since is read once more each time."""

import os
from collections.abc import Callable
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


def with_records(
    project: Project, folder: Path, resources: Resources, watch: Watch | None, work: Callable[[Records], T]
) -> tuple[T, str]:
    """What `work` makes of the records, and why they were all read; '' where they were not. Raises Mistakes."""
    reason = _unkept(folder)
    if not reason:
        try:
            return _kept(project, folder, resources, watch, work), ""
        except Mistakes as found:
            if not isinstance(found.__cause__, Refusal):
                raise
            reason = "what the last refresh kept cannot be read"
    with running(project, resources, watch) as engine:
        return work(Records(engine, folder)), reason


def _kept(project: Project, folder: Path, resources: Resources, watch: Watch | None, work: Callable[[Records], T]) -> T:
    place = folder / STATE
    with locked(place):
        before = read_state(place) or fresh(__version__)
        with running(project, resources, watch) as engine:
            store = open_store(engine, place, before.key)
            store.sweep(before.tables)
            if store.missing(before.tables):
                before = renewed(before)
            made = work(KeptRecords(engine, folder, store, before, plan(project, folder, before.facts)))
            store.sweep(before.tables)  # what was kept on the way is of no use to anybody
            return made


def _unkept(folder: Path) -> str:
    """Why nothing can be kept here, not even for a session; '' where it can."""
    place = folder / STATE
    writable = os.access(place if place.exists() else folder, os.W_OK | os.X_OK)
    return "" if writable else f"{place} cannot be written to"
