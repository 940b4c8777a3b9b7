"""One metric of one study: every arm and segment against the control, with what the answers rest on."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from liftledger.domain.estimate import Finding, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY
from liftledger.domain.measure import Plan
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.domain.project import Project
from liftledger.domain.provenance import Origin
from liftledger.domain.report import Estimate, Maturity
from liftledger.domain.slug import slug
from liftledger.engine.sums import Cell, Counted, Segment
from liftledger.prove.enrolment import Enrolled, unit_kind
from liftledger.prove.wording import span
from liftledger.stats.findings import findings, headline
from liftledger.stats.formula import FORMULAS

OBSERVED = "observed"  # method of a level without a control to compare it with
LEVEL = "The level in the records: sums over units, divided. Nothing is compared, so nothing is estimated."
UNKNOWN = "unknown"  # how a segment without letters and digits stands in an id


class Comparison(msgspec.Struct, frozen=True):
    """One metric in one study, counted."""

    project: Project
    enrolled: Enrolled
    metric: Metric
    plan: Plan
    counted: Counted

    def estimates(self) -> Iterator[tuple[Estimate, Origin]]:
        """By arm and segment; exactly one of each is the headline."""
        study = self.enrolled.study
        names = segment_names(segments(self.counted, study.name, self.metric.dimensions))
        for arm in study.arms:
            if arm != study.control:
                for segment, name in names.items():
                    base = ".".join([study.name, self.metric.name, slug(arm), *([name] if name else [])])
                    yield from self._compared(base, arm, segment)

    def _compared(self, base: str, arm: str, segment: Segment) -> Iterator[tuple[Estimate, Origin]]:
        study = self.enrolled.study
        arms = {"treatment": arm} if study.control is None else {"control": study.control, "treatment": arm}
        cells = {role: Cell(study.name, name, segment) for role, name in arms.items()}
        sums = {role: self.counted.sums(cell, self.plan, self.metric.name) for role, cell in cells.items()}
        waiting = {role: self.counted.units.get(cell, 0) - sums[role].n for role, cell in cells.items()}
        maturity = _maturity(self.plan.needs[self.metric.name].horizon, sums, waiting)
        unit = unit_kind(self.project, study, self.metric.fact)
        made = tuple(_patient(finding, maturity, sums, unit) for finding in self._findings(sums))
        best = headline(made)
        grade = self.enrolled.evidence.grade
        for finding in made:
            estimate = Estimate(
                id=f"{base}.{finding.method}",
                study=study.name,
                metric=self.metric.name,
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
                units={role: one.n for role, one in sums.items()},
                grade=grade,
                maturity=maturity,
                skewness=finding.skewness,
                priceable=_priceable(self.metric, finding, grade),
                notes=tuple(_notes(self.metric, finding)),
            )
            formula = FORMULAS.get(finding.method, LEVEL)
            yield (
                estimate,
                Origin(estimate.id, self.counted.query, formula, {r: _exact(one) for r, one in sums.items()}),
            )

    def _findings(self, sums: Mapping[str, Sums]) -> tuple[Finding, ...]:
        found = findings(
            self.metric,
            self.plan.needs[self.metric.name],
            self.plan,
            sums.get("control", sums["treatment"]),
            sums["treatment"],
            confidence=self.project.confidence,
            convention=self.project.convention,
        )
        if "control" in sums:
            return found
        reason = NoEstimate("the study has no arms, so there is nothing to compare with")
        return (Finding(OBSERVED, None, found[0].treatment_value, reason, reason, None),)


def segments(counted: Counted, study: str, dimensions: Collection[str]) -> list[tuple[str, str]]:
    """The values of some dimensions that units of the study have, sorted."""
    found = {cell.segment for cell in counted.units if cell.study == study and cell.segment is not None}
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


def _maturity(horizon: int | None, sums: Mapping[str, Sums], waiting: dict[str, int]) -> Maturity:
    window = None if horizon is None else horizon / DAY
    if not any(waiting.values()):
        return Maturity("mature", window, waiting)
    return Maturity("maturing" if all(one.n for one in sums.values()) else "immature", window, waiting)


def _patient(finding: Finding, maturity: Maturity, sums: Mapping[str, Sums], unit: str) -> Finding:
    """Where an arm has units, but none observed for long enough, that is the reason why there is no answer."""
    early = [role for role, units in maturity.immature.items() if units and not sums[role].n]
    if not early or maturity.window_days is None:
        return finding
    length = span(round(maturity.window_days * DAY))
    reason = NoEstimate(f"no {unit} of the {early[0]} arm has been observed for {length} yet")
    return msgspec.structs.replace(finding, effect=reason, lift=reason)


def _priceable(metric: Metric, finding: Finding, grade: Grade) -> bool:
    """Money is put only on what a control supports: not on what was broken, or seen without one."""
    supported = grade in (Grade.RANDOMISED, Grade.QUASI_EXPERIMENTAL)
    return supported and metric.cap is None and not isinstance(finding.effect, NoEstimate)


def _notes(metric: Metric, finding: Finding) -> Iterator[str]:
    if metric.cap is not None:
        yield "totals are capped: the estimate steers decisions but is not priced."
    values = {"control": finding.control_value, "treatment": finding.treatment_value}
    if not isinstance(finding.effect, NoEstimate):
        for extreme, what in ((0, "has none at all"), (1, "converted without exception")):
            arms = [arm for arm, value in values.items() if value == extreme]
            if len(arms) == 1 and (extreme == 0 or metric.kind == "conversion"):
                yield f"the {arms[0]} arm {what}, so the interval is narrower than the truth; wait for more units."
    if finding.method.endswith("-skew"):
        yield "the sampling distribution is skewed; the interval is corrected for it (Hall 1992)."


def _exact(sums: Sums) -> dict[str, str]:
    """Products of measures, as people write them, and their sums."""
    return {" x ".join(product): str(total) for product, total in sorted(sums.totals.items())}
