"""What would overturn a study's numbers, and what its data say about each of these today."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import FactSummary, Report, StudySummary
from liftledger.report import numbers
from liftledger.report.headline import whole

SKEWNESS_LIMIT = 0.1  # beyond it the statistics correct the interval for skew
SRM_LIMIT = 0.001  # below it a study is broken

State = Literal["holds", "mind", "failed"]


class Threat(msgspec.Struct, frozen=True):
    """`danger` is what would be wrong, `finding` what is known of it."""

    state: State
    danger: str
    finding: str


def threats(report: Report, study: StudySummary) -> tuple[Threat, ...]:
    """Every way in which a study's headline could be wrong, worst news first."""
    found = [
        _randomisation(study),
        _contamination(study),
        _maturity(report, study),
        _skewness(report, study),
        _exposure(study),
        lost_rows(report, study),
        _chance(report, study),
    ]
    order = ("failed", "mind", "holds")
    return tuple(sorted((threat for threat in found if threat), key=lambda threat: order.index(threat.state)))


def _randomisation(study: StudySummary) -> Threat:
    if study.control is None:
        return Threat("failed", "No control arm", "What would have happened anyway is not known.")
    if not study.planned:
        return Threat(
            "mind",
            "Arms that were not drawn at random",
            "No shares were planned, so who is in which arm may itself explain the difference.",
        )
    danger = f"{numbers.capital(numbers.plural(study.unit))} lost from an arm (sample ratio mismatch)"
    srm = study.srm
    if isinstance(srm, NoEstimate):
        return Threat("mind", danger, f"Could not be tested: {srm.reason.rstrip('.')}.")
    test = f"chi-square {srm.chi2:.2f} on {srm.dof} {numbers.plural('degree', srm.dof)} of freedom"
    evidence = f"{test}, {numbers.p_value(srm.p_value)}; below p\u00a0=\u00a00.001 every number is void."
    if study.grade is Grade.BROKEN and srm.p_value < SRM_LIMIT:
        return Threat("failed", danger, f"Sizes were tested against the plan: {evidence}")
    return Threat("holds", danger, f"Sizes fit the plan: {evidence}")


def _contamination(study: StudySummary) -> Threat | None:
    if study.control is None:
        return None
    danger = f"{numbers.capital(numbers.plural(study.unit))} seen in more than one arm"
    units = sum(row.units for row in study.contaminated)
    found = [f"{numbers.count(units)} {numbers.plural(study.unit, units)}"] if units else []
    found += [f"{numbers.count(n)} {numbers.plural(kind, n)}" for kind, n in study.contaminated_parents.items() if n]
    if not found:
        return Threat("holds", danger, "None was found in two arms.")
    return Threat("mind", danger, f"Found in two arms: {numbers.listing(found)}. This blurs a difference.")


def _maturity(report: Report, study: StudySummary) -> Threat:
    danger = "Outcomes that were still to come"
    waiting = {
        numbers.label(e.metric): e.maturity.state
        for e in whole(report, study.name)
        if any(e.maturity.immature.values())
    }
    if not waiting:
        return Threat("holds", danger, f"No {study.unit} waits for the end of a window.")
    return Threat("mind", danger, f"Windows still open, see what was left out: {numbers.listing(tuple(waiting))}.")


def _skewness(report: Report, study: StudySummary) -> Threat | None:
    skewed = [e for e in whole(report, study.name) if e.skewness is not None and abs(e.skewness) > SKEWNESS_LIMIT]
    if study.control is None:
        return None
    danger = "A few very large values that carry the result"
    if not skewed:
        return Threat("holds", danger, f"No headline's skewness exceeds {SKEWNESS_LIMIT}.")
    names = tuple(dict.fromkeys(f"{numbers.label(e.metric)} ({numbers.isolated(e.arm)})" for e in skewed))
    return Threat(
        "mind", danger, f"Skewness exceeds {SKEWNESS_LIMIT} for {numbers.listing(names)}; see the methods used."
    )


def _exposure(study: StudySummary) -> Threat | None:
    if study.exposure is None:
        return None
    return Threat(
        "mind" if study.exposure.used else "holds",
        "Exposure that differs between the arms",
        numbers.capital(study.exposure.reason),
    )


def lost_rows(report: Report, study: StudySummary) -> Threat:
    """Rows, values and units that no number of the study counts, by fact."""
    danger = "Records that are missing, doubled or without a match"
    found = [each for fact in report.data if fact.fact in _facts(report, study) for each in _lost(fact)]
    found += [_counted(n, "unit", f"without a match in {fact}") for fact, n in study.unrelated.items() if n]
    if not found:
        return Threat("holds", danger, "No row was rejected or repeated, and no value is blank.")
    return Threat("mind", danger, f"Left out and counted: {numbers.listing(found)}.")


def _facts(report: Report, study: StudySummary) -> set[str]:
    """Facts that the study may rest on: those of its metrics, and those of no metric, such as assignments."""
    used = {estimate.metric for estimate in report.estimates if estimate.study == study.name}
    others = {metric.fact for metric in report.definitions.metrics if metric.metric not in used}
    own = {metric.fact for metric in report.definitions.metrics if metric.metric in used}
    return {fact.fact for fact in report.data} - (others - own)


def _lost(fact: FactSummary) -> Iterator[str]:
    counts = (
        (fact.rejected, "rejected row", f"of {fact.fact}"),
        (fact.duplicates, "repeated row", f"of {fact.fact}"),
        (fact.merged, "row", f"of {fact.fact} that {'continues' if fact.merged == 1 else 'continue'} another"),
        (fact.unknown or 0, "row", f"of {fact.fact} of unknown units"),
        (sum(fact.missing.values()), "blank value", f"in {fact.fact}"),
    )
    for n, noun, where in counts:
        if n:
            yield _counted(n, noun, where)


def _counted(n: int, noun: str, where: str) -> str:
    return f"{numbers.count(n)} {numbers.plural(noun, n)} {where}"


def _chance(report: Report, study: StudySummary) -> Threat | None:
    if study.control is None:
        return None
    headlines = report.headlines(study.name)
    odds = f"of 100 such intervals about {(1 - report.confidence) * 100:.3g} miss the true value by chance alone"
    intervals = numbers.plural("interval", len(headlines))
    return Threat("mind", "Chance", f"{len(headlines)} headline {intervals}: {odds}.")
