"""What a pilot registers, and what became of it: criteria that were replaced go on counting where they kill."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from liftledger.definitions.watchable import unwatchable
from liftledger.domain.pilot import Criterion
from liftledger.domain.project import Project
from liftledger.domain.value import Line
from liftledger.finance.monthly_worth import monthly_worth
from liftledger.prove.pilot_log import Entry, Registered, Terms, hashed
from liftledger.prove.wording import summaries


class Aim(msgspec.Struct, frozen=True):
    """A criterion with what it is watched on."""

    criterion: Criterion
    metric: str  # of a line with worth by category, what its rows are worth
    factor: float  # what one unit of the metric's effect counts in the criterion's own unit; negative: it turns sides
    unit: str
    start: str
    end: str
    registered: str = ""  # day of a registration that has been replaced since


class Register(msgspec.Struct, frozen=True):
    """All that is watched, and what is wrong with what was registered."""

    terms: Terms  # as the definitions are now
    aims: tuple[Aim, ...]
    first: Entry | None
    sha256: str  # of what is registered, and of the terms once their changes are
    changes: tuple[str, ...]  # since the last registration, sentences
    notes: tuple[str, ...]
    lost: tuple[str, ...]  # kill criteria of old that can no longer be watched, sentences


def terms(project: Project) -> Terms:
    """What the definitions say now."""
    assert project.pilot is not None
    criteria = project.pilot.criteria
    lines = {one.line for one in criteria if one.line}
    return Terms(
        project.pilot,
        {name: _worth(project, _line(project, name)) for name in sorted(lines)},
        {name: _definition(project, name) for name in sorted({one.metric for one in criteria})},
        {name: _study(project, name) for name in sorted({one.study for one in criteria})},
    )


def register(project: Project, entries: Iterable[Entry]) -> Register:
    """What is watched, given what the log holds."""
    now = terms(project)
    known = [(entry, entry.what) for entry in entries if isinstance(entry.what, Registered)]
    aims = [_aim(project, criterion, now) for criterion in now.pilot.criteria]
    notes, lost = [], []
    for entry, then in known:
        notes += [f"Changed on {entry.as_of}, after it was registered: {change}." for change in then.changes]
        for criterion in then.terms.pilot.criteria:
            if criterion.rule == "kill" and not any(_contains(aim, criterion, then.terms) for aim in aims):
                if reason := _gone(project, criterion):
                    lost.append(f"kill criterion {criterion.name}, as registered on {entry.as_of}: {reason}")
                else:
                    aims.append(_aim(project, criterion, then.terms, entry.as_of))
    changes = tuple(_changes(known[-1][1].terms, now)) if known else ()
    first = known[0][0] if known else None
    sha256 = known[-1][1].sha256 if known and not changes else hashed(now)
    return Register(now, tuple(aims), first, sha256, changes, tuple(notes), tuple(dict.fromkeys(lost)))


def _aim(project: Project, criterion: Criterion, of: Terms, registered: str = "") -> Aim:
    metric, factor = criterion.metric, 1.0
    if criterion.line:
        metric, factor = _priced(_line(project, criterion.line)), of.money[criterion.line]
        unit = f"{project.currency} per month"
    else:
        unit = next(summaries(project, project.metric(metric))).unit
    return Aim(criterion, metric, factor, unit, of.pilot.start, of.pilot.end, registered)


def _priced(line: Line) -> str:
    return line.worth_metric if line.worth_by else line.metric


def _contains(aim: Aim, criterion: Criterion, then: Terms) -> bool:
    """Whether the aim fires wherever the criterion would."""
    same = aim.criterion == criterion and aim.factor == then.money.get(criterion.line, 1.0)
    return same and aim.start <= then.pilot.start and aim.end >= then.pilot.end


def _gone(project: Project, criterion: Criterion) -> str:
    """Why a criterion of old can no longer be watched; '' where it can."""
    study = next((one for one in project.studies if one.name == criterion.study), None)
    lines = () if project.value is None else project.value.lines
    if study is None:
        return f"there is no study {criterion.study} any more"
    if criterion.metric not in study.metrics:
        return f"study {criterion.study} has no metric {criterion.metric} any more"
    if criterion.arm not in study.arms:
        return f"study {criterion.study} has no arm {criterion.arm} any more"
    if criterion.line and not any(line.name == criterion.line for line in lines):
        return f"there is no line {criterion.line} any more"
    refusal = unwatchable(project, criterion)
    return refusal[0] if refusal else ""


# --- what a criterion means


def _line(project: Project, name: str) -> Line:
    assert project.value is not None
    return next(line for line in project.value.lines if line.name == name)


def _worth(project: Project, line: Line) -> float:
    assert project.value is not None
    direction = 1 if project.metric(line.metric).better == "higher" else -1
    return monthly_worth(line, project.value, direction)


def _definition(project: Project, name: str) -> str:
    """Hash of what is measured, whatever is said of it or it is shown by."""
    metric = project.metric(name)
    return _hash(
        msgspec.structs.replace(
            metric, description="", dimensions=(), role="outcome", priced=False, by=None, marks=(), textbook=False
        )
    )


def _study(project: Project, name: str) -> str:
    study = next(one for one in project.studies if one.name == name)
    return _hash(msgspec.structs.replace(study, description="", metrics=()))


def _hash(value: msgspec.Struct) -> str:
    """Of what it says: what stands at its default is left out, so that a newer program with more to say agrees."""
    fields = {one.name: one.default for one in msgspec.structs.fields(value)}
    said = {name: getattr(value, name) for name, default in fields.items() if getattr(value, name) != default}
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


# --- what changed


def _changes(before: Terms, now: Terms) -> Iterator[str]:
    old, new = before.pilot, now.pilot
    yield from _criteria({one.name: one for one in old.criteria}, {one.name: one for one in new.criteria})
    for name in ("start", "end", "budget", "segment"):
        was, is_ = getattr(old, name), getattr(new, name)
        if was != is_:
            yield f"{name} was {was or 'not given'}, and is {is_ or 'not given'}"
    if (old.spent, old.spent_amount) != (new.spent, new.spent_amount):
        yield "what was spent is read from elsewhere"
    if old.tranches != new.tranches:
        yield "the tranches are others"
    if old.leading != new.leading:
        yield "the leading indicators are others"
    yield from _other("line", "is worth something else", before.money, now.money)
    yield from _other("metric", "is defined otherwise", before.metrics, now.metrics)
    yield from _other("study", "is defined otherwise", before.studies, now.studies)


def _criteria(before: Mapping[str, Criterion], now: Mapping[str, Criterion]) -> Iterator[str]:
    for name in before:
        if name not in now:
            yield f"criterion {name} is gone ({spoken(before[name])})"
        elif before[name] != now[name]:
            yield f"criterion {name} was: {spoken(before[name])}; and is: {spoken(now[name])}"
    for name in now:
        if name not in before:
            yield f"criterion {name} is new ({spoken(now[name])})"


def _other(noun: str, what: str, before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for name in before:
        if name in now and before[name] != now[name]:
            yield f"{noun} {name} {what}"


def spoken(criterion: Criterion) -> str:
    """'kill where tickets of personalized in program is above 0.05, alpha 0.05, tuned for 5000'."""
    what = criterion.line or f"{criterion.metric} of {criterion.arm} in {criterion.study}"
    side = "above" if criterion.above is not None else "below"
    tuning = f"alpha {criterion.alpha}, tuned for {criterion.tuned_for}"
    return f"{criterion.rule} where {what} is {side} {criterion.threshold}, {tuning}"


def lateness(first: str, start: str) -> str:
    """That the pilot was registered after its start; '' where it was not."""
    days = (date.fromisoformat(first) - date.fromisoformat(start)).days
    if days <= 0:
        return ""
    after = "1 day" if days == 1 else f"{days} days"
    return f"It was registered on {first}, {after} after its start: who chose the criteria may have seen its results."
