"""What the records say of a pilot, whatever its log holds: looks of each criterion, money spent, leading indicators."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, day, micros
from liftledger.domain.metric import Metric
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.pilot import Leading
from liftledger.domain.project import Project
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.sums import Counted
from liftledger.finance.spent import spent
from liftledger.prove.comparison import Comparison, Counting
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.measurement import Opened, opened, readings
from liftledger.prove.reading import Reading
from liftledger.prove.records import Records
from liftledger.prove.registration import Aim
from liftledger.prove.watching import Series, follow
from liftledger.prove.wording import summaries


class Seen(msgspec.Struct, frozen=True):
    """What was seen by a date."""

    until: str  # ISO day: the report's date
    series: tuple[Series, ...]
    broken: dict[str, str]  # study that proves nothing -> why, in a sentence
    spent: dict[str, float]  # by date, from the start to `until`; empty where nothing says it
    leading: tuple[Leading, ...]


def seen_in(records: Records, project: Project, as_of: int | None, aims: Sequence[Aim]) -> Seen:
    """Looks on every midnight up to the date. Raises Mistakes about the data."""
    asked = project.as_of if as_of is None else as_of
    found = opened(records, project, None if asked is None else asked // DAY * DAY)
    try:
        followed, leading = _followed(records, found, aims)
    except SumTooLarge as error:
        raise Mistakes((Mistake("liftledger.yaml", None, str(error), ""),)) from error
    broken = _broken(found.enrolled, aims)
    return Seen(
        day(found.until),
        tuple(_sound(followed[place], broken) for place in range(len(aims))),
        broken,
        _spent(records, project, found.until),
        leading,
    )


def _followed(records: Records, found: Opened, aims: Sequence[Aim]) -> tuple[dict[int, Series], tuple[Leading, ...]]:
    """Series by place of the aim."""
    assert found.project.pilot is not None
    led = set(found.project.pilot.leading)
    series: dict[int, Series] = {}
    leading: list[Leading] = []
    for reading, metrics, studies in readings(records, found.project, found.loaded, found.enrolled, found.until):
        names = {metric.name for metric in metrics}
        own = {place: aim for place, aim in enumerate(aims) if aim.metric in names and aim.criterion.study in studies}
        if own or led & names:
            counted = reading.count([metric for metric in metrics if not metric.clocked or metric.name in led])
            series |= _series(reading, found, own, metrics)
            leading += _leading(found, counted, [name for name in counted if name in led], studies, aims)
    return series, tuple(leading)


def _series(reading: Reading, found: Opened, aims: Mapping[int, Aim], metrics: Sequence[Metric]) -> dict[int, Series]:
    if not aims:
        return {}
    scan = reading.scan(metrics)
    assert scan is not None
    midnights = {place: _midnights(aim, found.until) for place, aim in aims.items()}
    days = sorted({one for each in midnights.values() for one in each})
    by_day: Mapping[int, Counted] = {}
    if days:
        by_day = reading.records.by_day(scan, {aim.metric for aim in aims.values()}, days)
    return {
        place: follow(
            aim,
            found.enrolled[aim.criterion.study].study,
            found.project.metric(aim.metric),
            scan.plan,
            by_day,
            midnights[place],
        )
        for place, aim in aims.items()
    }


def _midnights(aim: Aim, until: int) -> range:
    """Of the looks: after the first day, up to the date and the pilot's end."""
    return range(micros(aim.start) // DAY + 1, min(until, micros(aim.end)) // DAY + 1)


def _broken(enrolled: Mapping[str, Enrolled], aims: Collection[Aim]) -> dict[str, str]:
    found = {}
    for study in dict.fromkeys(aim.criterion.study for aim in aims):
        evidence = enrolled[study].evidence
        if evidence.grade is Grade.BROKEN:
            why = evidence.reasons[0].rstrip(".")
            found[study] = f"study {study} is broken, so nothing is decided by it, and it should stop: {why}"
    return found


def _sound(series: Series, broken: Mapping[str, str]) -> Series:
    """Whatever its looks say, a criterion on a broken study stands at a warning."""
    reason = broken.get(series.watched.study)
    if reason is None:
        return series
    return msgspec.structs.replace(
        series, watched=msgspec.structs.replace(series.watched, state="warn", reason=reason, fired=None)
    )


def _spent(records: Records, project: Project, until: int) -> dict[str, float]:
    pilot = project.pilot
    assert pilot is not None
    first = micros(pilot.start) // DAY
    days = range(first, max(first, until // DAY) + 1)
    if pilot.spent:
        by_midnight = records.spent(pilot.spent, pilot.spent_amount)
        scale = 10 ** project.fact(pilot.spent).field(pilot.spent_amount).type.scale
        so_far = sum(total for midnight, total in by_midnight.items() if midnight < first)
        found = {}
        for one in days:
            so_far += by_midnight.get(one, 0)
            found[day(one * DAY)] = float(Fraction(so_far, scale))
        return found
    costs = () if project.value is None else project.value.costs
    if not costs:
        return {}
    start = date.fromisoformat(pilot.start)
    names = [day(one * DAY) for one in days]
    return {name: spent(costs, start, date.fromisoformat(name)) for name in names}


def _leading(
    found: Opened,
    counted: Mapping[str, Counting],
    names: Collection[str],
    studies: Collection[str],
    aims: Sequence[Aim],
) -> Iterator[Leading]:
    """The headlines of indicators in the arms that criteria watch; of one that no such study has, in all arms."""
    watched = {(aim.criterion.study, aim.criterion.arm) for aim in aims}
    for name in names:
        measured = {one.name for one in found.project.studies if name in one.metrics}
        asked = measured & {study for study, _ in watched}
        for study in [one for one in studies if one in (asked or measured)]:
            enrolled = found.enrolled[study]
            metric = found.project.metric(name)
            unit = {one.metric: one.unit for one in summaries(found.project, metric)}
            for estimate, _ in Comparison(found.project, enrolled, metric, counted[name], {}).estimates():
                seen = not asked or (study, estimate.arm) in watched
                if estimate.headline and estimate.segment is None and seen:
                    yield Leading(
                        estimate.id, study, estimate.metric, estimate.arm, unit[estimate.metric], estimate.effect
                    )
