"""One metric of one study: every arm and segment against the control, with what the answers rest on."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from liftledger.domain.estimate import Finding, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, day
from liftledger.domain.metric import Metric
from liftledger.domain.project import Project
from liftledger.domain.provenance import Origin
from liftledger.domain.report import Estimate, Maturity
from liftledger.domain.slug import slug
from liftledger.engine.cells import Cell, Segment
from liftledger.prove.enrolment import Enrolled, unit_kind
from liftledger.prove.wording import span
from liftledger.stats.findings import headline
from liftledger.stats.formula import FORMULAS

OBSERVED = "observed"  # method of a level without a control to compare it with
LEVEL = "The level in the records: what was counted, divided. Nothing is compared, so nothing is estimated."
UNCOMPARED = NoEstimate("the study has no arms, so there is nothing to compare with")
UNKNOWN = "unknown"  # how a value without letters and digits stands in an id

BENT = 1.0  # skewness of an estimate beyond which the corrected interval misses more often than it says

Roles = Mapping[str, Cell]  # 'treatment' and, where there is one, 'control' -> the cell that was counted


class Seen(msgspec.Struct, frozen=True):
    """What was counted of one quantity, by role, and what the statistics say of it."""

    name: str  # the metric, or its share by a time
    findings: tuple[Finding, ...]
    units: dict[str, int]  # that entered the estimate
    waiting: dict[str, int]  # that were not observed for the whole window
    ready: dict[str, bool]  # whether some of the arm's units were
    starts: dict[str, tuple[int, int]]  # first and last start, microseconds
    window: int | None
    query: str
    exact: dict[str, dict[str, str]]
    excluded: dict[str, dict[str, int]] = {}
    best: Grade = Grade.RANDOMISED  # no better grade than this
    notes: tuple[str, ...] = ()


class Counting(Protocol):
    """What was counted of one metric."""

    @property
    def cells(self) -> Collection[Cell]: ...

    def seen(self, roles: Roles) -> Iterator[Seen]: ...


class Comparison(msgspec.Struct, frozen=True):
    """One metric in one study, counted."""

    project: Project
    enrolled: Enrolled
    metric: Metric
    counting: Counting
    truth: Mapping[str, float]  # of a simulated company: true effects by id without the method

    def estimates(self) -> Iterator[tuple[Estimate, Origin]]:
        """By arm and segment; exactly one of each quantity is the headline."""
        study = self.enrolled.study
        names = segment_names(segments(self.counting.cells, study.name, self.metric.dimensions))
        for arm in study.arms:
            if arm != study.control:
                for segment, name in names.items():
                    arms = {"treatment": arm} if study.control is None else {"control": study.control, "treatment": arm}
                    roles = {role: Cell(study.name, each, segment) for role, each in arms.items()}
                    for seen in self.counting.seen(roles):
                        yield from self._made(seen, arm, segment, name)

    def _made(self, seen: Seen, arm: str, segment: Segment, name: str) -> Iterator[tuple[Estimate, Origin]]:
        study = self.enrolled.study
        base = ".".join([study.name, seen.name, slug(arm), *([name] if name else [])])
        unit = unit_kind(self.project, study, self.metric.fact)
        maturity = _maturity(seen)
        found = tuple(_patient(finding, maturity, seen, unit) for finding in seen.findings)
        grade = max(self.enrolled.evidence.grade, seen.best, key=list(Grade).index)
        if grade is Grade.BROKEN and self.metric.is_worth:
            found = tuple(_withheld(finding) for finding in found)
        best = headline(found)
        for finding in found:
            estimate = Estimate(
                id=f"{base}.{finding.method}",
                study=study.name,
                metric=seen.name,
                arm=arm,
                control=study.control,
                segment=None if segment is None else {segment[0]: segment[1]},
                unit=unit,
                method=finding.method,
                headline=finding is best,
                control_value=finding.control_value,
                treatment_value=finding.treatment_value,
                effect=finding.effect,
                lift=finding.lift,
                p_value=finding.p_value,
                units=seen.units,
                grade=grade,
                maturity=maturity,
                skewness=finding.skewness,
                priceable=_priceable(self.metric, finding, grade),
                notes=(*seen.notes, *_notes(self.metric, finding)),
                excluded=seen.excluded,
                truth=self.truth.get(base),
            )
            yield estimate, Origin(estimate.id, seen.query, FORMULAS.get(finding.method, LEVEL), seen.exact)


def segments(cells: Iterable[Cell], study: str, dimensions: Collection[str]) -> list[tuple[str, str]]:
    """The values of some dimensions that units of the study have, sorted."""
    found = {cell.segment for cell in cells if cell.study == study and cell.segment is not None}
    return sorted(segment for segment in found if segment[0] in dimensions)


def segment_names(found: Collection[tuple[str, str]]) -> dict[Segment, str]:
    """How each segment stands in an id, '' for all units together; values that would look alike are numbered."""
    names: dict[Segment, str] = {None: ""}
    for dimension, value in found:
        plain = f"{dimension}={slug(value) or UNKNOWN}"
        name, number = plain, 1
        while name in names.values():
            number += 1
            name = f"{plain}-{number}"
        names[dimension, value] = name
    return names


def _maturity(seen: Seen) -> Maturity:
    window = None if seen.window is None else seen.window / DAY
    if seen.window is None or (not any(seen.waiting.values()) and all(seen.ready.values())):
        return Maturity("mature", window, seen.waiting)
    first = max((starts[0] for starts in seen.starts.values()), default=None)
    last = max((starts[1] for starts in seen.starts.values()), default=None)
    dates = [None if start is None else _day_by(start + seen.window) for start in (first, last)]
    return Maturity("maturing" if all(seen.ready.values()) else "immature", window, seen.waiting, *dates)


def _day_by(instant: int) -> str:
    """The first day that begins when the instant is past: a report of that date has seen it."""
    return day(instant + DAY - 1)


def _patient(finding: Finding, maturity: Maturity, seen: Seen, unit: str) -> Finding:
    """Where an arm has units, but none observed for long enough, that is the reason why there is no answer."""
    if maturity.state != "immature" or seen.window is None:
        return finding
    early = next(role for role, ready in seen.ready.items() if not ready)
    until = "" if maturity.first is None else f"; the report of {maturity.first} can hold it"
    reason = NoEstimate(f"no {unit} of the {early} arm has been observed for {span(seen.window)} yet{until}")
    return msgspec.structs.replace(finding, effect=reason, lift=reason, p_value=None)


def _withheld(finding: Finding) -> Finding:
    """Declared worths make money of rows, and of a broken study no money is shown."""
    nothing = NoEstimate("a check failed in the study, so no money is shown")
    return Finding(finding.method, None, None, nothing, nothing, None)


def _priceable(metric: Metric, finding: Finding, grade: Grade) -> bool:
    """Money is put only on what a control supports: not on what was broken, or seen without one."""
    supported = grade in (Grade.RANDOMISED, Grade.QUASI_EXPERIMENTAL)
    bent = finding.skewness is not None and abs(finding.skewness) > BENT
    return supported and metric.cap is None and not bent and not isinstance(finding.effect, NoEstimate)


def _notes(metric: Metric, finding: Finding) -> Iterator[str]:
    if metric.cap is not None:
        yield "totals are capped: the estimate steers decisions but is not priced."
    if finding.borrowed is not None:
        alike = f"all units of the {finding.borrowed} arm are alike, so they show no variation"
        yield f"{alike}: it is taken from both arms' units together."
    if finding.skewness is not None and abs(finding.skewness) > BENT:
        yield (
            "a few very large values carry it: with so skewed an estimate the interval misses more often than it says,"
            " so it is not priced; wait for more units."
        )
    elif finding.method.endswith("-skew"):
        yield "the sampling distribution is skewed; the interval is corrected for it (Hall 1992)."
