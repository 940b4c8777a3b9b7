"""What a refresh will read and why, said by looking at files alone: no row is read, and no engine is asked."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from liftledger.domain.due import Due
from liftledger.domain.fact import Fact
from liftledger.domain.grouping import grouped
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.engine.sources.source import is_local
from liftledger.engine.state.days import FactState, is_whole
from liftledger.engine.state.look import FileState, Look, changes, look
from liftledger.engine.state.table import PartState, TableLook, look_at

LAYOUT = 1  # of what is known of a fact; another one is read anew


class Plan(msgspec.Struct, frozen=True):
    """What of one fact will be read, and why."""

    fact: str
    changes: tuple[str, ...]  # such as «events/2026-04-20.parquet: new»; none: nothing of it is read
    whole: bool  # all rows are read, not only those of changed days
    look: Look | TableLook | Mistake
    state: FactState | None = None  # where nothing changed: to be stored in place of the last one

    @property
    def partial(self) -> bool:
        """Whether rows are left that it does not read."""
        return not self.whole and not (isinstance(self.look, Look) and self.look.changed and not self.look.kept)

    def due(
        self,
        days: Collection[int] | None = None,
        resting: Sequence[str] = (),
        perhaps: Sequence[str] = (),
        *,
        added: bool = False,
    ) -> Due:
        """In words. `days`: those that changed, once they are known; `added`: nothing else was read of these days.

        `resting`: what has all rows read besides; `perhaps`: what may have.
        """
        why = tuple(change.removeprefix(f"{self.fact}: ") for change in self.changes)
        if resting and self.partial:
            return Due(self.fact, self._all, (*why, *resting))
        if self.partial:
            why += tuple(perhaps)
        if not self.changes or (days is not None and not days):
            return Due(self.fact, "", tuple(perhaps))
        return Due(self.fact, self._read(days, added=added), why)

    @property
    def _all(self) -> str:
        if not isinstance(self.look, Look):
            return "its table"
        return "its file" if len(self.look.files) == 1 else f"all {grouped(len(self.look.files))} files"

    def _read(self, days: Collection[int] | None, *, added: bool) -> str:
        if self.whole:
            return self._all
        if not isinstance(self.look, Look):
            return "the days that changed" if days is None else _number(len(days), "day")
        files, known = self.look.files, self.look.days | set(days or ())
        known = set() if added else known
        read = [one for one in files if one.before is None or not one.unchanged or one.before.days.keys() & known]
        if len(read) == len(files):
            return self._all
        told = f"{grouped(len(read))} of {_number(len(files), 'file')}"
        if days is None:
            return f"at least {told}" if self.look.fresh else told
        return f"{_number(len(days), 'day')} in {told}"


def plan(project: Project, folder: Path, before: Mapping[str, FactState]) -> tuple[Plan, ...]:
    """Of every fact, in the order of the definitions."""
    return tuple(_planned(project, fact, folder, before.get(fact.name)) for fact in project.facts)


def key_of(project: Project, fact: Fact) -> str:
    """A hash of all that decides what is known of a fact: its definition, and what others ask of it.

    Until when it is complete does not: that moves every morning.
    """
    asked = sorted({metric.by for metric in project.metrics if metric.by and metric.fact == fact.name})
    read = msgspec.structs.replace(fact, through=None)
    parts = (LAYOUT, project.engine, read, asked, parents_on(project, fact.name))
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def parents_on(project: Project, fact: str) -> tuple[str, ...]:
    """Columns of a fact that say to whom its units belong."""
    return tuple(sorted({relation.column for relation in project.relations if relation.fact == fact}))


def _planned(project: Project, fact: Fact, folder: Path, before: FactState | None) -> Plan:
    found = _look(fact, folder, before)
    if isinstance(found, Mistake):
        return Plan(fact.name, (f"{found.place}: {found.found}",), is_whole(fact), found)
    if before is None:
        return Plan(fact.name, (f"{fact.name}: read for the first time",), True, found)
    if before.key != key_of(project, fact):
        return Plan(fact.name, (f"{fact.name}: its definition changed",), True, found)
    if isinstance(found, TableLook):
        told: tuple[str, ...] = (f"{found.place}: {found.how(fact, whole=is_whole(fact))}",)
        parts: tuple[PartState, ...] = (found.again(),) if found.unchanged else ()
    else:
        told = tuple(f"{place}: {how}" for place, how in changes(fact.name, found))
        parts = () if found.changed else tuple(one.again() for one in found.files)
    if parts:
        return Plan(fact.name, (), False, found, msgspec.structs.replace(before, parts=parts))
    return Plan(fact.name, told, is_whole(fact), found)


def _number(count: int, noun: str) -> str:
    return f"{grouped(count)} {noun}{'' if count == 1 else 's'}"


def _look(fact: Fact, folder: Path, before: FactState | None) -> Look | TableLook | Mistake:
    known = before.parts if before else ()
    if is_local(fact.source):
        return look(fact, folder, [one for one in known if isinstance(one, FileState)])
    return look_at(fact, folder, known)
