"""The spine: definitions and records -> cohorts -> exact sums -> findings -> report."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import msgspec

from liftledger.definitions.digest import digest
from liftledger.domain.customers import Subscriptions
from liftledger.domain.instant import day, instant
from liftledger.domain.metric import Metric
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.provenance import Origin, Query, Rejection, Source
from liftledger.domain.report import (
    METHOD_VERSION,
    SCHEMA,
    Curve,
    Definitions,
    Estimate,
    FactSummary,
    Report,
    Span,
    StudySummary,
)
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.facts import Loaded
from liftledger.prove.comparison import Comparison, Counting, segments
from liftledger.prove.customers.bases import customer_values
from liftledger.prove.date import gaps
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.objections import weighed
from liftledger.prove.opening import Opened, opened
from liftledger.prove.panels import adjusted, panels
from liftledger.prove.pilot_log import read_log
from liftledger.prove.pricing import case
from liftledger.prove.readings import readings
from liftledger.prove.records import Records
from liftledger.prove.stage import ESTIMATING
from liftledger.prove.standing import reported
from liftledger.prove.times import Times
from liftledger.prove.truth import true_effects
from liftledger.prove.wording import summaries

SEGMENTS = 100  # values of a dimension that a report can hold


class Measurement(msgspec.Struct, frozen=True):
    """A report, and all that its provenance needs to know of how it came about."""

    report: Report
    sources: tuple[Source, ...]
    queries: tuple[Query, ...]
    rejections: tuple[Rejection, ...]
    origins: tuple[Origin, ...]
    package: str  # that speaks to the engine


def measure(records: Records, project: Project, *, as_of: int | None = None) -> Measurement:
    """Measures every study of the project; rows from `as_of` on do not count. Raises Mistakes about the data."""
    engine, declared = records.engine, project
    hashed, truth = digest(project), true_effects(project, records.folder)
    log = None if project.pilot is None else read_log(records.folder)
    found = opened(records, project, as_of)
    project, loaded, until, enrolled = found.project, found.loaded, found.until, found.enrolled
    counted = _count(records, found)
    customers = customer_values(records, project, enrolled, until, truth.customers)
    engine.tell(ESTIMATING)
    metrics = tuple(summary for metric in project.metrics for summary in summaries(project, metric))
    by_name = {summary.metric: summary for summary in metrics}
    made = list(_estimates(project, enrolled, counted, truth.estimands))
    estimates = adjusted((estimate for estimate, _ in made), by_name)
    studies = tuple(
        _study_summary(enrolled[study.name], tuple(gaps(project, loaded, study, until))) for study in project.studies
    )
    standing = None if log is None else reported(records, declared, found, estimates, log)
    money = case(project, studies, estimates, by_name, customers, as_of=day(until))
    if money is not None:
        money = weighed(money, estimates, by_name, standing, project.confidence)
    report = Report(
        schema=SCHEMA,
        method_version=METHOD_VERSION,
        company=project.company,
        currency=project.currency,
        as_of=instant(until),
        confidence=project.confidence,
        convention=project.convention,
        data=tuple(_fact_summary(loaded[fact.name], _ends(project, fact.name)) for fact in project.facts),
        definitions=Definitions(hashed, metrics),
        studies=studies,
        estimates=estimates,
        curves=tuple(_curves(project, counted)),
        panels=tuple(panels(project, estimates, by_name, project.confidence)),
        money=money,
        customers=customers,
        pilot=standing,
    )
    return Measurement(
        report,
        tuple(source for one in loaded.values() for source in one.sources),
        tuple(engine.queries),
        tuple(rejection for one in loaded.values() for rejection in one.rejections),
        tuple(origin for _, origin in made),
        engine.package,
    )


def _count(records: Records, opening: Opened) -> dict[tuple[str, str], Counting]:
    """What was counted, by study and metric."""
    found: dict[tuple[str, str], Counting] = {}
    mistakes: list[Mistake] = []
    for reading, metrics, studies in readings(records, opening):
        try:
            counted = reading.count(metrics)
        except SumTooLarge as error:
            mistakes.append(Mistake("liftledger.yaml", None, str(error), ""))
        else:
            found |= {(study, metric): one for metric, one in counted.items() for study in studies}
            mistakes += _too_many_segments(metrics, studies, counted)
    if mistakes:
        raise Mistakes(tuple(mistakes))
    return found


def _too_many_segments(metrics: list[Metric], studies: list[str], counted: Mapping[str, Counting]) -> Iterator[Mistake]:
    for study in studies:
        for dimension, name in {name: metric.name for metric in metrics for name in metric.dimensions}.items():
            number = len(segments(counted[name].cells, study, (dimension,)))
            if number > SEGMENTS:
                found = f"dimension {dimension!r} has {number} values; a report holds at most {SEGMENTS}"
                yield Mistake(f"studies.{study}", None, found, "group the values, or leave it out")


def _estimates(
    project: Project,
    enrolled: Mapping[str, Enrolled],
    counted: Mapping[tuple[str, str], Counting],
    truth: Mapping[str, float],
) -> Iterator[tuple[Estimate, Origin]]:
    for study in project.studies:
        for metric in (project.metric(name) for name in study.metrics):
            comparison = Comparison(project, enrolled[study.name], metric, counted[study.name, metric.name], truth)
            yield from comparison.estimates()


def _curves(project: Project, counted: Mapping[tuple[str, str], Counting]) -> Iterator[Curve]:
    for study in project.studies:
        for metric in study.metrics:
            times = counted[study.name, metric]
            if isinstance(times, Times):
                yield from times.curves(study)


def _ends(project: Project, fact: str) -> frozenset[str]:
    """Columns of a fact that are blank while a subscription goes on."""
    bases = (base for base in project.customers if isinstance(base, Subscriptions) and base.fact == fact)
    return frozenset(base.ends for base in bases)


def _fact_summary(one: Loaded, ends: frozenset[str]) -> FactSummary:
    span = None if one.first is None or one.last is None else Span(instant(one.first), instant(one.last))
    fingerprint = {name: str(total) for name, total in one.sums.items()}
    return FactSummary(
        one.fact.name,
        one.rows,
        one.duplicates,
        one.rejected,
        span,
        fingerprint,
        {name: rows for name, rows in one.missing.items() if name not in ends},
        one.merged,
        one.negative,
        one.unknown,
    )


def _study_summary(enrolled: Enrolled, cautions: tuple[str, ...]) -> StudySummary:
    enrolment, evidence, study = enrolled.enrolment, enrolled.evidence, enrolled.study
    assigned = {arm: sum(one.units for one in enrolment.randomised if one.arm == arm) for arm in study.arms}
    whole = sum(assigned.values())
    exposure = evidence.exposure
    first, last = enrolment.first, enrolment.last
    planned = study.shares[-1].weights if study.shares else {}
    return StudySummary(
        name=study.name,
        kind=study.kind,
        unit=study.unit,
        description=study.description,
        arms=study.arms,
        control=study.control,
        randomised=assigned,
        units=exposure.exposed if exposure is not None and exposure.used else assigned,
        shares={arm: units / whole for arm, units in assigned.items()},
        planned={arm: float(Fraction(weight)) for arm, weight in planned.items()},
        srm=evidence.srm,
        grade=evidence.grade,
        reasons=(*evidence.reasons, *cautions),
        span=None if first is None or last is None else Span(instant(first), instant(last)),
        contaminated=evidence.contaminated,
        contaminated_parents=enrolled.contaminated_parents,
        unrelated=enrolled.unrelated,
        exposure=exposure,
    )
