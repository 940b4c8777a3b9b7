"""All that a report reads, fact by fact."""

from collections.abc import Iterator

from liftledger.domain.metric import Metric
from liftledger.domain.project import Project
from liftledger.prove.enrolment import unit_kind
from liftledger.prove.opening import Opened
from liftledger.prove.reading import Reading
from liftledger.prove.records import Records


def readings(records: Records, found: Opened) -> Iterator[tuple[Reading, list[Metric], list[str]]]:
    """Each with the metrics and the names of the studies that it is for."""
    project = found.project
    for fact in dict.fromkeys(metric.fact for metric in project.metrics):
        of_fact = [metric for metric in project.metrics if metric.fact == fact]
        for kind, studies in _by_kind(project, fact, of_fact).items():
            asked = {name for study in studies for name in found.enrolled[study].study.metrics}
            cohorts = tuple(found.enrolled[study].cohorts[kind] for study in studies)
            reading = Reading(records, project, found.loaded, kind, cohorts, found.until)
            yield reading, [metric for metric in of_fact if metric.name in asked], studies


def _by_kind(project: Project, fact: str, metrics: list[Metric]) -> dict[str, list[str]]:
    """Names of the studies that use some of the metrics, by the kind of unit that they analyse the fact by."""
    names = {metric.name for metric in metrics}
    found: dict[str, list[str]] = {}
    for study in project.studies:
        if names & set(study.metrics):
            found.setdefault(unit_kind(project, study, fact), []).append(study.name)
    return found
