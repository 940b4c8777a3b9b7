"""How far a study's numbers can be trusted: sample ratio, contamination, exposure, and the grade that follows."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import day
from liftledger.domain.report import Contamination, ExposureUse, SampleRatio
from liftledger.domain.study import Study
from liftledger.engine.cohort import Enrolment
from liftledger.stats.homogeneity import homogeneity
from liftledger.stats.sample_ratio import sample_ratio

MISMATCH = 0.001  # a sample ratio with a smaller p-value breaks the study
ALIKE = 0.001  # exposed shares of the arms that differ with a smaller p-value are not alike


class Evidence(msgspec.Struct, frozen=True):
    """The grade of a study, with everything that it rests on."""

    grade: Grade
    reasons: tuple[str, ...]
    srm: SampleRatio | NoEstimate
    contaminated: tuple[Contamination, ...]
    exposure: ExposureUse | None


def weigh(study: Study, enrolment: Enrolment) -> Evidence:
    """Judges a study by its assigned units."""
    srm = _srm(study, enrolment)
    exposure = _exposure(study, enrolment)
    contaminated = tuple(
        Contamination(one.arm, day(one.day) if enrolment.cohort.dated else "", one.units) for one in enrolment.crossings
    )
    broken = tuple(_broken(study, enrolment, srm))
    grade = Grade.BROKEN if broken else (Grade.TRACED if study.kind == "observational" else Grade.RANDOMISED)
    reasons = (*broken, *_cautions(study, srm, contaminated, exposure))
    return Evidence(grade, reasons, srm, contaminated, exposure)


def _srm(study: Study, enrolment: Enrolment) -> SampleRatio | NoEstimate:
    if not study.shares:
        return NoEstimate("nothing was randomised, so there are no planned shares to compare with")
    periods = []
    for index, shares in enumerate(study.shares):
        units = {one.arm: one.units for one in enrolment.randomised if one.period == index}
        periods.append({arm: (units.get(arm, 0), Fraction(shares.weights.get(arm, "0"))) for arm in study.arms})
    return sample_ratio(periods)


def _exposure(study: Study, enrolment: Enrolment) -> ExposureUse | None:
    """The clock starts at the first exposure only where all arms log exposures alike."""
    exposed = enrolment.exposed
    if exposed is None:
        return None
    silent = [arm for arm, units in exposed.items() if units == 0]
    if silent:
        reason = f"arm {silent[0]!r} logs no exposures, so all arms are analysed from assignment."
        return ExposureUse(False, exposed, reason)
    assigned = {arm: sum(one.units for one in enrolment.randomised if one.arm == arm) for arm in study.arms}
    p_value = homogeneity([(exposed[arm], assigned[arm] - exposed[arm]) for arm in study.arms])
    if p_value is not None and p_value < ALIKE:
        reason = f"the arms were exposed to different degrees (p = {p_value:.2g}), so all are analysed from assignment."
        return ExposureUse(False, exposed, reason)
    return ExposureUse(True, exposed, "all arms log exposures alike, so units are analysed from their first exposure.")


def _broken(study: Study, enrolment: Enrolment, srm: SampleRatio | NoEstimate) -> Iterator[str]:
    if isinstance(srm, SampleRatio) and srm.p_value < MISMATCH:
        yield (
            f"sample ratio mismatch: the arms' sizes do not fit the planned shares (p = {srm.p_value:.2g});"
            " units were lost or assigned otherwise than planned, or the planned shares are not what was declared."
        )
    for index, shares in enumerate(study.shares):
        for arm in study.arms:
            units = sum(one.units for one in enrolment.randomised if (one.arm, one.period) == (arm, index))
            if units and Fraction(shares.weights.get(arm, "0")) == 0:
                yield f"{_units(units, 'is', 'are')} in arm {arm!r}, whose planned share is 0."


def _cautions(
    study: Study,
    srm: SampleRatio | NoEstimate,
    contaminated: tuple[Contamination, ...],
    exposure: ExposureUse | None,
) -> Iterator[str]:
    if study.control is None:
        yield "there are no arms: levels are shown, and no effect can be claimed."
    elif study.kind == "observational":
        yield "nothing was randomised: the arms may differ for other reasons than the treatment."
    if study.shares and isinstance(srm, NoEstimate):
        yield f"the sample ratio was not tested: {srm.reason}."
    if contaminated:
        units = sum(one.units for one in contaminated)
        seen = f"{_units(units, 'was', 'were')} seen in several arms"
        yield f"{seen}; each is analysed in its first, which dilutes the effect."
    if exposure is not None:
        yield exposure.reason


def _units(number: int, one: str, several: str) -> str:
    return f"1 unit {one}" if number == 1 else f"{number} units {several}"
