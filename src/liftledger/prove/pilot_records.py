"""What the records say of a pilot, whatever its log holds: looks of each criterion, money spent, leading indicators."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction

import msgspec

from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, day, micros
from liftledger.domain.measure import Plan
from liftledger.domain.metric import Metric
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.pilot import Leading
from liftledger.domain.project import Project
from liftledger.domain.report import Estimate
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.sums import Counted
from liftledger.finance.spent import spent
from liftledger.prove.comparison import Comparison
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.opening import Opened, opened
from liftledger.prove.reading import Reading
from liftledger.prove.readings import readings
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


def glanced(records: Records, project: Project, as_of: int | None, aims: Sequence[Aim]) -> Seen:
    """Without the rest of a report. Raises Mistakes about the data."""
    found = opened(records, project, as_of)
    with _sums():
        estimates = list(_estimates(records, found, aims))
    return seen_in(records, found, aims, estimates)


def foreseen(project: Project, until: str, aims: Sequence[Aim]) -> Seen:
    """What there is to see before it begins."""
    assert project.pilot is not None
    study = {one.name: one for one in project.studies}
    nothing = Plan({}, {})
    series = (
        follow(aim, study[aim.criterion.study], project.metric(aim.criterion.metric), nothing, {}, ()) for aim in aims
    )
    declared = project.value is not None and project.value.costs and not project.pilot.spent
    return Seen(until, tuple(series), {}, {until: 0.0} if declared else {}, ())


def seen_in(records: Records, found: Opened, aims: Sequence[Aim], estimates: Iterable[Estimate]) -> Seen:
    """Looks on every midnight up to the date, once what is watched was counted. Raises Mistakes."""
    followed: dict[int, Series] = {}  # by place of the aim
    with _sums():
        for reading, metrics, studies in readings(records, found):
            followed |= _series(reading, found, _own(aims, metrics, studies), metrics)
    broken = _broken(found.enrolled, aims)
    return Seen(
        day(found.until),
        tuple(_sound(followed[place], broken) for place in range(len(aims))),
        broken,
        _spent(records, found.project, found.until),
        tuple(_leading(found.project, aims, estimates)),
    )


@contextmanager
def _sums() -> Iterator[None]:
    """A sum that is too large is a mistake."""
    try:
        yield
    except SumTooLarge as error:
        raise Mistakes((Mistake("liftledger.yaml", None, str(error), ""),)) from error


def _own(aims: Sequence[Aim], metrics: Sequence[Metric], studies: Collection[str]) -> dict[int, Aim]:
    """Those that a reading is for, by their place."""
    names = {metric.name for metric in metrics}
    return {place: aim for place, aim in enumerate(aims) if aim.metric in names and aim.criterion.study in studies}


def _estimates(records: Records, found: Opened, aims: Sequence[Aim]) -> Iterator[Estimate]:
    """Counts what is watched, and gives the estimates of leading indicators."""
    assert found.project.pilot is not None
    led = set(found.project.pilot.leading)
    for reading, metrics, studies in readings(records, found):
        if _own(aims, metrics, studies) or led & {metric.name for metric in metrics}:
            counted = reading.count([metric for metric in metrics if not metric.clocked or metric.name in led])
            for metric in metrics:
                for study in studies if metric.name in led else ():
                    if metric.name in found.enrolled[study].study.metrics:
                        compared = Comparison(found.project, found.enrolled[study], metric, counted[metric.name], {})
                        yield from (estimate for estimate, _ in compared.estimates())


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


def _leading(project: Project, aims: Sequence[Aim], estimates: Iterable[Estimate]) -> Iterator[Leading]:
    """The headlines of indicators in the arms that criteria watch; of one that no such study has, in all arms."""
    assert project.pilot is not None
    watched = {(aim.criterion.study, aim.criterion.arm) for aim in aims}
    headlines = [one for one in estimates if one.headline and one.segment is None]
    for name in project.pilot.leading:
        unit = {one.metric: one.unit for one in summaries(project, project.metric(name))}
        own = [one for one in headlines if one.metric in unit]
        asked = {study for study, _ in watched} & {one.study for one in own}
        for one in own:
            if not asked or (one.study, one.arm) in watched:
                yield Leading(one.id, one.study, one.metric, one.arm, unit[one.metric], one.effect)
