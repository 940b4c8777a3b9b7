"""A project's facts and studies, read: what every number rests on."""

from collections.abc import Mapping

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.engine.cohort import nobody
from liftledger.engine.facts import Loaded
from liftledger.prove.date import date
from liftledger.prove.derived import derived
from liftledger.prove.enrolment import Enrolled, assign, settled
from liftledger.prove.records import Records


class Opened(msgspec.Struct, frozen=True):
    """A project whose facts and studies could be read."""

    project: Project  # with what its data add to it
    loaded: Mapping[str, Loaded]
    until: int  # the date: rows from this instant on do not count
    enrolled: dict[str, Enrolled]


class Unborn(Mistakes):
    """Nothing is wrong but that nobody was assigned in some studies before the date."""

    def __init__(self, mistakes: tuple[Mistake, ...], until: int) -> None:
        super().__init__(mistakes)
        self.until = until


def opened(records: Records, project: Project, as_of: int | None) -> Opened:
    """Reads the facts, and who takes part in each study. Raises Mistakes about the data, all of them."""
    loaded, mistakes = records.load(project)
    try:
        until = date(project, loaded, as_of)
    except Mistakes as undated:
        raise Mistakes(mistakes or undated.mistakes) from undated
    if not mistakes:
        project = derived(records, project)
    assigned, more = assign(records, project, loaded, until)
    if more and not mistakes and set(more) <= {nobody(study, until) for study in project.studies}:
        raise Unborn(more, until)
    if mistakes or more:
        raise Mistakes((*mistakes, *more))
    enrolled = {one.cohort.study.name: settled(records, project, one) for one in assigned}
    return Opened(project, loaded, until, enrolled)
