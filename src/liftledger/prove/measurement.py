"""The spine: definitions and records -> cohorts -> exact sums -> findings -> report."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import msgspec

from liftledger.definitions.digest import digest
from liftledger.domain.estimate import Finding, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, instant
from liftledger.domain.measure import Plan, plan
from liftledger.domain.metric import Metric
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.moments import Sums
from liftledger.domain.project import Project
from liftledger.domain.provenance import Origin, Query, Rejection, Source
from liftledger.domain.report import (
    METHOD_VERSION,
    SCHEMA,
    Definitions,
    Estimate,
    FactSummary,
    Maturity,
    Report,
    Span,
    StudySummary,
)
from liftledger.domain.slug import slug
from liftledger.domain.study import Study
from liftledger.engine.cohort import Cohort, Enrolment, enrol, keyed, parents, settle, unrelated
from liftledger.engine.duck import Duck, SumTooLarge
from liftledger.engine.facts import Loaded, load, table_of
from liftledger.engine.scan import Scan
from liftledger.engine.sums import Cell, Counted, count
from liftledger.prove.evidence import Evidence, weigh
from liftledger.prove.wording import metric_summary
from liftledger.stats.findings import findings, headline
from liftledger.stats.formula import FORMULAS

SEGMENTS = 100  # values of a dimension that a report can hold
OBSERVED = "observed"  # method of a level without a control to compare it with
LEVEL = "The level in the records: sums over units, divided. Nothing is compared, so nothing is estimated."


class Measurement(msgspec.Struct, frozen=True):
    """A report, and all that its provenance needs to know of how it came about."""

    report: Report
    sources: tuple[Source, ...]
    queries: tuple[Query, ...]
    rejections: tuple[Rejection, ...]
    origins: tuple[Origin, ...]


class Enrolled(msgspec.Struct, frozen=True):
    """A study's cohorts by unit kind, and what is known about them."""

    enrolment: Enrolment
    evidence: Evidence
    cohorts: dict[str, Cohort]
    contaminated_parents: dict[str, int]
    unrelated: dict[str, int]


def measure(duck: Duck, project: Project, folder: Path, *, as_of: int | None = None) -> Measurement:
    """Measures every study of the project. Raises Mistakes about the data; rows from `as_of` on do not count."""
    loaded, mistakes = load(duck, project, folder)
    if mistakes:
        raise Mistakes(mistakes)
    until = as_of if as_of is not None else date(project, loaded)
    enrolled = _enrol(duck, project, until)
    plans, counted = _count(duck, project, loaded, enrolled, until)
    estimates: list[Estimate] = []
    origins: list[Origin] = []
    for study in project.studies:
        for metric in (project.metric(name) for name in study.metrics):
            cells = counted[metric.fact]
            for estimate, origin in _estimates(project, enrolled[study.name], metric, plans[metric.fact], cells):
                estimates.append(estimate)
                origins.append(origin)
    report = Report(
        schema=SCHEMA,
        method_version=METHOD_VERSION,
        company=project.company,
        currency=project.currency,
        as_of=instant(until),
        confidence=project.confidence,
        convention=project.convention,
        data=tuple(_fact_summary(loaded[fact.name]) for fact in project.facts),
        definitions=Definitions(digest(project), tuple(metric_summary(project, metric) for metric in project.metrics)),
        studies=tuple(_study_summary(enrolled[study.name]) for study in project.studies),
        estimates=tuple(estimates),
    )
    return Measurement(
        report,
        tuple(source for one in loaded.values() for source in one.sources),
        tuple(duck.queries),
        tuple(rejection for one in loaded.values() for rejection in one.rejections),
        tuple(origins),
    )


def date(project: Project, loaded: Mapping[str, Loaded]) -> int:
    """The report's date: declared, or the end of the last UTC day that all dated facts of the metrics cover."""
    if project.as_of is not None:
        return project.as_of
    measured = {metric.fact for metric in project.metrics}
    dated = [one for one in loaded.values() if not one.fact.wide]
    ends = [_covered(one) for one in dated if one.fact.name in measured] or [_covered(one) for one in dated]
    known = [end for end in ends if end is not None]
    if not known:
        found = "no fact has a time, so the records do not say how far they reach"
        raise Mistakes((Mistake("liftledger.yaml", None, found, "say as_of: YYYY-MM-DD, or --as-of"),))
    return min(known)


def _covered(one: Loaded) -> int | None:
    if one.fact.through is not None:
        return one.fact.through
    return None if one.last is None else one.last - one.last % DAY + DAY


def _enrol(duck: Duck, project: Project, as_of: int) -> dict[str, Enrolled]:
    enrolments: dict[str, Enrolment] = {}
    mistakes: list[Mistake] = []
    for study in project.studies:
        found = enrol(duck, project, study, as_of)
        if isinstance(found, Enrolment):
            enrolments[study.name] = found
        else:
            mistakes += found
    if mistakes:
        raise Mistakes(tuple(mistakes))
    return {name: _settled(duck, project, enrolment) for name, enrolment in enrolments.items()}


def _settled(duck: Duck, project: Project, enrolment: Enrolment) -> Enrolled:
    study = enrolment.cohort.study
    evidence = weigh(study, enrolment)
    settle(duck, project, enrolment, from_exposure=evidence.exposure is not None and evidence.exposure.used)
    cohorts, contaminated, lost = {study.unit: enrolment.cohort}, {}, {}
    for fact in dict.fromkeys(project.metric(name).fact for name in study.metrics):
        kind = project.fact(fact).keyed_by
        up, down = project.relation(study.unit, kind), project.relation(kind, study.unit)
        if up is not None and kind not in cohorts:
            found = parents(duck, enrolment.cohort, up)
            cohorts[kind], contaminated[kind] = found.cohort, found.contaminated
        if down is not None:
            lost[fact] = unrelated(duck, table_of(fact), down)
        if up is not None:
            lost[fact] = unrelated(duck, enrolment.cohort.table, up)
    return Enrolled(enrolment, evidence, cohorts, contaminated, lost)


def _kind(project: Project, study: Study, fact: str) -> str:
    """Unit kind by which a fact is analysed in a study: the study's own, or the parent that the fact is keyed by."""
    own = project.fact(fact).keyed_by
    return own if own != study.unit and project.relation(study.unit, own) else study.unit


def _count(
    duck: Duck, project: Project, loaded: Mapping[str, Loaded], enrolled: Mapping[str, Enrolled], as_of: int
) -> tuple[dict[str, Plan], dict[str, list[Counted]]]:
    """One scan of each fact for all studies that analyse it by the same unit kind."""
    plans: dict[str, Plan] = {}
    counted: dict[str, list[Counted]] = {}
    mistakes: list[Mistake] = []
    for fact in dict.fromkeys(metric.fact for metric in project.metrics):
        metrics = [metric for metric in project.metrics if metric.fact == fact]
        plans[fact] = plan(metrics, project.facts)
        counted[fact] = []
        users = [study for study in project.studies if any(metric.name in study.metrics for metric in metrics)]
        for kind in dict.fromkeys(_kind(project, study, fact) for study in users):
            cohorts = tuple(enrolled[s.name].cohorts[kind] for s in users if _kind(project, s, fact) == kind)
            name = fact if kind == project.fact(fact).keyed_by else f"{fact}_by_{kind}"
            table = keyed(duck, project, fact, kind)
            scan = Scan(name, project.fact(fact), table, cohorts, plans[fact], as_of, loaded[fact].rows)
            try:
                counted[fact].append(count(duck, scan))
            except SumTooLarge as error:
                mistakes.append(Mistake("liftledger.yaml", None, str(error), ""))
    if mistakes:
        raise Mistakes(tuple(mistakes))
    return plans, counted


def _estimates(
    project: Project, enrolled: Enrolled, metric: Metric, planned: Plan, counted: Sequence[Counted]
) -> Iterator[tuple[Estimate, Origin]]:
    study = enrolled.enrolment.cohort.study
    found = next(one for one in counted if any(cell.study == study.name for cell in one.units))
    taken: set[str] = set()
    for arm in study.arms:
        if arm == study.control:
            continue
        for segment in (None, *_segments(study, metric, found)):
            for one in _compared(project, enrolled, metric, planned, found, arm, segment):
                estimate, origin = _identified(one, taken)
                yield estimate, origin


def _segments(study: Study, metric: Metric, counted: Counted) -> list[tuple[str, str]]:
    values = {cell.segment for cell in counted.units if cell.study == study.name and cell.segment is not None}
    wanted = sorted(value for value in values if value[0] in metric.dimensions)
    for dimension in metric.dimensions:
        number = sum(value[0] == dimension for value in wanted)
        if number > SEGMENTS:
            found = f"dimension {dimension!r} has {number} values; a report holds at most {SEGMENTS}"
            raise Mistakes((Mistake(f"studies.{study.name}", None, found, "group the values, or leave it out"),))
    return wanted


def _compared(
    project: Project,
    enrolled: Enrolled,
    metric: Metric,
    planned: Plan,
    counted: Counted,
    arm: str,
    segment: tuple[str, str] | None,
) -> Iterator[tuple[Estimate, Origin]]:
    study, needs = enrolled.enrolment.cohort.study, planned.needs[metric.name]
    names = {"treatment": arm} if study.control is None else {"control": study.control, "treatment": arm}
    cells = {role: Cell(study.name, name, segment) for role, name in names.items()}
    sums = {role: counted.sums(cell, planned, metric.name) for role, cell in cells.items()}
    immature = {role: counted.units.get(cell, 0) - sums[role].n for role, cell in cells.items()}
    if study.control is None:
        made: tuple[Finding, ...] = (_level(project, metric, planned, sums["treatment"]),)
        best = made[0]
    else:
        made = findings(
            metric,
            needs,
            planned,
            sums["control"],
            sums["treatment"],
            confidence=project.confidence,
            convention=project.convention,
        )
        best = headline(made)
    maturity = _maturity(needs.horizon, sums, immature)
    base = ".".join([study.name, metric.name, slug(arm), *_suffix(segment)])
    for finding in made:
        estimate = Estimate(
            id=f"{base}.{finding.method}",
            study=study.name,
            metric=metric.name,
            arm=arm,
            control=study.control,
            segment=None if segment is None else {segment[0]: segment[1]},
            method=finding.method,
            headline=finding is best,
            control_value=finding.control_value,
            treatment_value=finding.treatment_value,
            effect=finding.effect,
            lift=finding.lift,
            p_value=finding.p_value,
            units={role: one.n for role, one in sums.items()},
            grade=enrolled.evidence.grade,
            maturity=maturity,
            skewness=finding.skewness,
            priceable=_priceable(metric, finding, enrolled.evidence.grade),
            notes=tuple(_notes(metric, finding)),
        )
        exact = {
            role: {" x ".join(product): str(total) for product, total in sorted(one.totals.items())}
            for role, one in sums.items()
        }
        yield estimate, Origin(estimate.id, counted.query, FORMULAS.get(finding.method, LEVEL), exact)


def _suffix(segment: tuple[str, str] | None) -> list[str]:
    return [] if segment is None else [f"{segment[0]}={slug(segment[1]) or 'unknown'}"]


def _level(project: Project, metric: Metric, planned: Plan, sums: Sums) -> Finding:
    """What was seen in a study without arms: a level, and no effect."""
    values = findings(
        metric,
        planned.needs[metric.name],
        planned,
        sums,
        sums,
        confidence=project.confidence,
        convention=project.convention,
    )
    reason = NoEstimate("the study has no arms, so there is nothing to compare with")
    return Finding(OBSERVED, None, values[0].treatment_value, reason, reason, None)


def _maturity(horizon: int | None, sums: Mapping[str, Sums], immature: dict[str, int]) -> Maturity:
    window = None if horizon is None else horizon / DAY
    if not any(immature.values()):
        return Maturity("mature", window, immature)
    return Maturity("maturing" if all(one.n for one in sums.values()) else "immature", window, immature)


def _priceable(metric: Metric, finding: Finding, grade: Grade) -> bool:
    return grade is not Grade.BROKEN and metric.cap is None and not isinstance(finding.effect, NoEstimate)


def _notes(metric: Metric, finding: Finding) -> Iterator[str]:
    if metric.cap is not None:
        yield "totals are capped: the estimate steers decisions but is not priced."
    empty = [
        name for name, value in (("control", finding.control_value), ("treated", finding.treatment_value)) if value == 0
    ]
    if len(empty) == 1 and not isinstance(finding.effect, NoEstimate):
        yield f"the {empty[0]} arm has none at all, so the interval is narrower than the truth; wait for more units."
    if "skew" in finding.method:
        yield "the sampling distribution is skewed; the interval is corrected for it (Hall 1992)."


def _identified(one: tuple[Estimate, Origin], taken: set[str]) -> tuple[Estimate, Origin]:
    """Gives a number to an id that another segment's slug has taken already."""
    estimate, origin = one
    identifier, number = estimate.id, 1
    while identifier in taken:
        number += 1
        identifier = f"{estimate.id}-{number}"
    taken.add(identifier)
    if number == 1:
        return one
    return msgspec.structs.replace(estimate, id=identifier), msgspec.structs.replace(origin, id=identifier)


def _fact_summary(one: Loaded) -> FactSummary:
    span = None if one.first is None or one.last is None else Span(instant(one.first), instant(one.last))
    fingerprint = {name: str(total) for name, total in one.sums.items()}
    return FactSummary(one.fact.name, one.rows, one.duplicates, one.rejected, span, fingerprint, one.missing)


def _study_summary(enrolled: Enrolled) -> StudySummary:
    enrolment, evidence = enrolled.enrolment, enrolled.evidence
    study = enrolment.cohort.study
    assigned = {arm: sum(one.units for one in enrolment.randomised if one.arm == arm) for arm in study.arms}
    whole = sum(assigned.values())
    used = evidence.exposure is not None and evidence.exposure.used
    analysed = evidence.exposure.exposed if used and evidence.exposure is not None else assigned
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
        units=analysed,
        shares={arm: units / whole for arm, units in assigned.items()},
        planned={arm: float(Fraction(weight)) for arm, weight in planned.items()},
        srm=evidence.srm,
        grade=evidence.grade,
        reasons=evidence.reasons,
        span=None if first is None or last is None else Span(instant(first), instant(last)),
        contaminated=evidence.contaminated,
        contaminated_parents=enrolled.contaminated_parents,
        unrelated=enrolled.unrelated,
        exposure=evidence.exposure,
    )
