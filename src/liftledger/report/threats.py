"""What would overturn a study's numbers, and what its data say about each of these today."""

from typing import Literal

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Report, StudySummary
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
    """Rows, values and units that no number counts."""
    danger = "Records that are missing, doubled or without a match"
    counts = {
        "rejected row": sum(fact.rejected for fact in report.data),
        "repeated row": sum(fact.duplicates for fact in report.data),
        "blank value": sum(sum(fact.missing.values()) for fact in report.data),
    } | {f"unit without a match in {fact}": units for fact, units in study.unrelated.items()}
    found = [f"{numbers.count(n)} {_many(words, n)}" for words, n in counts.items() if n]
    if not found:
        return Threat("holds", danger, "No row was rejected or repeated, and no value is blank.")
    return Threat("mind", danger, f"Left out and counted: {numbers.listing(found)}.")


def _chance(report: Report, study: StudySummary) -> Threat | None:
    if study.control is None:
        return None
    headlines = report.headlines(study.name)
    odds = f"of 100 such intervals about {(1 - report.confidence) * 100:.3g} miss the true value by chance alone"
    intervals = numbers.plural("interval", len(headlines))
    return Threat("mind", "Chance", f"{len(headlines)} headline {intervals}: {odds}.")


def _many(words: str, n: int) -> str:
    noun, _, rest = words.partition(" without")
    return numbers.plural(noun, n) + (f" without{rest}" if rest else "")
