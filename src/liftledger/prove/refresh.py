"""Refresh: the same report as `report` makes, at the cost of what is new since the last time."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from liftledger import __version__
from liftledger.definitions.reader import read
from liftledger.domain.due import Due, Outlook
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.report import METHOD_VERSION
from liftledger.domain.study import Study
from liftledger.engine.engine import Watch
from liftledger.engine.sources.raw import DAMAGED, hashed
from liftledger.engine.state.lock import STATE, locked
from liftledger.engine.state.look import Look
from liftledger.engine.state.plan import Plan, plan
from liftledger.engine.state.state import State, fresh, read_state, renewed, write_state
from liftledger.engine.state.study_key import facts_of
from liftledger.prove.pilot_log import NAME

if TYPE_CHECKING:
    from liftledger.prove.resources import Resources
    from liftledger.prove.verbs import Made

Publish = Callable[["Made"], Mapping[str, bytes]]  # writes the report's files into `out`, and gives them back by name

NOTHING = "nothing new: no fact was read"
OTHERS = (
    "definitions, date or program, or the log of the pilot, changed: of facts that a changed metric or study rests on,"
    " all rows are read"
)


class Outcome(msgspec.Struct, frozen=True):
    """What a refresh did; without `made`, nothing was new and the report stands as it is."""

    made: "Made | None"
    notes: tuple[str, ...] = ()


def refresh(
    folder: Path,
    out: Path,
    publish: Publish,
    *,
    as_of: int | None = None,
    full: bool = False,
    resources: "Resources",
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
        from liftledger.prove.update import updated  # with all that measures: nothing new does without

        made, state = updated(project, folder, before, planned, as_of, resources, watch)
        files = publish(made)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        write_state(place, msgspec.structs.replace(state, program=__version__, served=served, published=hashes))
    return Outcome(made, made.provenance.refreshed or ())


def explained(folder: Path, out: Path, *, as_of: int | None = None) -> Outlook:
    """What a refresh would read of each fact, and why; no row is read, and nothing is written. Raises Mistakes."""
    project, before = read(folder), read_state(folder / STATE) or fresh(__version__)
    planned = plan(project, folder, before.facts)
    if mistakes := tuple(one.look for one in planned if isinstance(one.look, Mistake)):
        raise Mistakes(mistakes)
    changed = {one.fact for one in planned if one.changes}
    notes = tuple(_foreseen(before, _served(project, folder, as_of), out, new=bool(changed)))
    moving = [study for study in project.studies if facts_of(project, study) & changed]
    added = {one.fact for one in planned if isinstance(one.look, Look) and one.look.added and not one.whole}
    growing = {study.name for study in moving if _grows(project, study, before, changed, added)}
    return Outlook(tuple(_due(project, one, moving, growing) for one in planned), notes)


def _grows(project: Project, study: Study, before: State, changed: Collection[str], added: Collection[str]) -> bool:
    """Whether assignments were added to a study, and nothing else happened to its units."""
    kept, own = before.studies.get(study.name), study.assignment.fact
    only = facts_of(project, study) & set(changed) == {own}
    return kept is not None and kept.intake is not None and only and own in added


def _due(project: Project, planned: Plan, moving: Iterable[Study], growing: Collection[str]) -> Due:
    """`moving`: studies whose units may be others than last time; `growing`: to which units may be added."""
    rests, perhaps = [], []
    for study in moving:
        if planned.fact == study.assignment.fact and study.name in growing:
            perhaps.append(f"{study.name}: all rows, where a unit was assigned earlier than was known")
        elif planned.fact in facts_of(project, study):
            rests.append(f"{study.name}: its units are gathered again")
        if planned.fact in {project.metric(name).fact for name in study.metrics}:
            perhaps.append(f"{study.name}: all rows, where units entered or moved")
    return planned.due(resting=rests, perhaps=perhaps)


def _foreseen(before: State, served: str, out: Path, *, new: bool) -> Iterator[str]:
    """What is not seen of facts alone."""
    if not before.published:
        return
    if before.served != served:
        yield OTHERS
    elif not _stands(out, before.published):
        yield "the report is not there as it was written: it is made again"
    elif not new:
        yield "nothing new: the report stands"


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
    beside = (_truth(project, folder), _log(project, folder))
    parts = (project, as_of, *beside, METHOD_VERSION, __version__)
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def _truth(project: Project, folder: Path) -> str | None:
    """A hash of the true effects, where they are known; None: what is wrong with them is said where they are read."""
    try:
        return hashed(folder / project.truth) if project.truth else None
    except DAMAGED:
        return None


def _log(project: Project, folder: Path) -> str | None:
    """A hash of the log of the pilot; None where there is none, or what is wrong with it is said where it is read."""
    try:
        return hashlib.sha256((folder / NAME).read_bytes()).hexdigest() if project.pilot else None
    except OSError:
        return None
