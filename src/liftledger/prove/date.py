"""The report's date: rows from it on do not count. It comes from definitions or records, never from the clock."""

from collections.abc import Iterator, Mapping

from liftledger.domain.instant import DAY, day
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.facts import Loaded


def date(project: Project, loaded: Mapping[str, Loaded], asked: int | None = None) -> int:
    """The instant asked for, else declared, else the end of the last UTC day that all measured dated facts cover.

    Measured are those of metrics and of customers. Raises Mistakes where nothing says it, or where the instant asked
    for lies beyond both what such a fact covers and what is declared: outcomes that were not recorded yet would count
    as outcomes that did not happen.
    """
    ends = _covered(project, loaded)
    if asked is not None:
        if beyond := tuple(_beyond(project, loaded, ends, asked)):
            raise Mistakes(beyond)
        return asked
    if project.as_of is not None:
        return project.as_of
    if not ends:
        found = "no fact has a time, so the records do not say how far they reach"
        raise Mistakes((Mistake("liftledger.yaml", None, found, "add `as_of: 2026-01-31`, or give --as-of"),))
    return min(ends.values())


def gaps(project: Project, loaded: Mapping[str, Loaded], study: Study, as_of: int) -> Iterator[str]:
    """Facts of the study's metrics that end before the report's date, as sentences."""
    for fact in dict.fromkeys(project.metric(name).fact for name in study.metrics):
        end = _end(loaded[fact])
        if end is not None and end < as_of:
            yield (
                f"fact {fact!r} covers the days to {day(end - 1)}, and the report's date is {day(as_of)}:"
                " what was not recorded counts as not happened."
            )


def _covered(project: Project, loaded: Mapping[str, Loaded]) -> dict[str, int]:
    """Until when each dated fact that is measured is complete; of all dated facts where none is."""
    ends = {name: end for name, one in loaded.items() if (end := _end(one)) is not None}
    measured = _measured(project)
    return {name: end for name, end in ends.items() if name in measured} or ends


def _measured(project: Project) -> set[str]:
    """The facts of metrics and of customer bases."""
    return {metric.fact for metric in project.metrics} | {base.fact for base in project.customers}


def _end(one: Loaded) -> int | None:
    """Until when a dated fact is complete: as declared, or to the end of the UTC day of its last row."""
    if one.fact.through is not None:
        return one.fact.through
    return None if one.last is None else one.last - one.last % DAY + DAY


def _beyond(project: Project, loaded: Mapping[str, Loaded], ends: Mapping[str, int], asked: int) -> Iterator[Mistake]:
    measured = _measured(project)
    if project.as_of is not None and asked <= project.as_of:
        return
    for name, end in ends.items():
        if name in measured and asked > end:
            found = f"it covers the days to {day(end - 1)}, and the report's date is {day(asked)}"
            cure = "choose an earlier date"
            if loaded[name].fact.through is None:
                cure += f", or say until which day it is complete, for example `through: {day(asked - 1)}`"
            yield Mistake(f"facts.{name}", None, found, cure)
