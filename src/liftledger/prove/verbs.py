"""What a user does with a project: check, report, verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from liftledger.definitions.digest import digest
from liftledger.definitions.reader import draft, read
from liftledger.domain.engine import public
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import micros
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Estimate, Report, encode
from liftledger.engine.connect import connect
from liftledger.engine.engine import Engine, Exhausted, Lost, Refusal, Unreachable, Watch
from liftledger.engine.facts import load
from liftledger.prove.measurement import measure
from liftledger.prove.origin import provenance
from liftledger.prove.pricing import worth_gaps
from liftledger.prove.records import Records
from liftledger.prove.resources import Resources
from liftledger.prove.stage import STARTING, said
from liftledger.prove.verification import decoded, differences


class Made(msgspec.Struct, frozen=True):
    """A report with its bytes and its provenance."""

    report: Report
    encoded: bytes
    provenance: Provenance


def make(folder: Path, *, as_of: int | None = None, resources: Resources, watch: Watch | None = None) -> Made:
    """Computes the report of a project; `watch` is told in words what is being done. Raises Mistakes."""
    return _made(read(folder), folder, as_of, resources, watch)


class Checked(msgspec.Struct, frozen=True):
    """Mistakes, and rows that definitions allow to leave out, as sentences."""

    mistakes: tuple[Mistake, ...]
    left_out: tuple[str, ...] = ()


def check(folder: Path, *, resources: Resources, watch: Watch | None = None) -> Checked:
    """Every mistake in definitions and data, and every number that a report could not give."""
    project, mistakes = draft(folder)
    try:
        if mistakes:
            return Checked(mistakes + (() if project is None else _misread(project, folder, resources, watch)))
        assert project is not None
        report = _made(project, folder, None, resources, watch).report
        return Checked((*_gaps(report), *_worths(project, report)), tuple(_rejected(report)))
    except Mistakes as found:
        return Checked(mistakes + found.mistakes)


def verify(
    folder: Path, stored: bytes, *, place: str = "report.json", resources: Resources, watch: Watch | None = None
) -> tuple[str, ...]:
    """Differences between a stored report and the records, recomputed at the report's own date. Raises Mistakes.

    `place` is where the report was found, for mistakes in it.
    """
    values = decoded(stored, place)
    if not isinstance(values, dict) or "as_of" not in values:
        raise Mistakes((Mistake(place, None, "it is not a report: it has no as_of", "make one: liftledger report"),))
    date = values["as_of"]
    try:
        as_of = micros(str(date))
    except ValueError:
        return (f"as_of: the report has {date!r}, which is no date",)
    project = read(folder)
    try:
        return tuple(differences(stored, _made(project, folder, as_of, resources, watch).encoded))
    except Mistakes:
        other = _other_definitions(values, digest(project))
        if other:
            return (other,)
        raise


def _other_definitions(stored: dict[str, Any], ours: str) -> str:
    """That the report is of other definitions, where it is: then their mistakes are not its."""
    definitions = stored.get("definitions")
    theirs = definitions.get("hash") if isinstance(definitions, dict) else None
    if theirs == ours:
        return ""
    return f"definitions.hash: the report has {theirs!r}, the definitions give {ours!r}; the report is of others"


def _made(project: Project, folder: Path, as_of: int | None, resources: Resources, watch: Watch | None) -> Made:
    with running(project, resources, watch) as engine:
        return made_from(Records(engine, folder), project, as_of, resources)


def made_from(records: Records, project: Project, as_of: int | None, resources: Resources) -> Made:
    """The report that the records give, with its provenance. Raises Mistakes."""
    measurement = measure(records, project, as_of=as_of)
    encoded = encode(measurement.report)
    origin = provenance(
        measurement,
        encoded,
        engine=public(project.engine),
        threads=resources.threads,
        now=datetime.now(UTC),
        refreshed=records.read(),
    )
    return Made(measurement.report, encoded, origin)


@contextmanager
def running(project: Project, resources: Resources, watch: Watch | None) -> Iterator[Engine]:
    """The project's engine, whose refusals are mistakes."""
    told = None if watch is None else lambda name: watch(said(name))
    try:
        if told:
            told(STARTING)
        with connect(project.engine, threads=resources.threads, memory=resources.memory, watch=told) as engine:
            yield engine
    except Exhausted as error:
        raise Mistakes((Mistake("engine", None, str(error), error.cure),)) from error
    except Lost as error:
        raise Mistakes((Mistake(public(project.engine), None, str(error), "run it again"),)) from error
    except Unreachable as error:
        found, cure = f"it cannot be reached ({error})", "is it running, and is the address right?"
        raise Mistakes((Mistake(public(project.engine), None, found, cure),)) from error
    except Refusal as refusal:
        raise Mistakes((Mistake("engine", None, str(refusal), ""),)) from refusal


def _misread(project: Project, folder: Path, resources: Resources, watch: Watch | None) -> tuple[Mistake, ...]:
    """Mistakes in the data of a project whose definitions have some too."""
    with running(project, resources, watch) as engine:
        return load(engine, project, folder)[1]


def _gaps(report: Report) -> Iterator[Mistake]:
    """Broken studies, and headlines over all units that a report cannot give as asked, and that time alone will not."""
    metrics = {metric.metric: metric for metric in report.definitions.metrics}
    for study in report.studies:
        if study.grade is Grade.BROKEN:
            yield Mistake(f"studies.{study.name}", None, study.reasons[0].rstrip("."), "")
        if study.control is not None:
            for shown in report.headlines(study.name):
                if shown.maturity.state != "immature" and metrics[shown.metric].part != "category":
                    yield from _gap(report, shown)


def _rejected(report: Report) -> Iterator[str]:
    for fact in report.data:
        if fact.rejected:
            rows = "1 row does" if fact.rejected == 1 else f"{fact.rejected} rows do"
            yield f"facts.{fact.fact}: {rows} not fit and would be left out (on_bad_row: reject)"


def _worths(project: Project, report: Report) -> Iterator[Mistake]:
    """Worths and categories that do not meet."""
    for line in () if project.value is None else project.value.lines:
        for gap in worth_gaps(line, report.definitions.metrics):
            yield Mistake(
                f"value.lines.{line.name}.worth", None, gap.rstrip("."), "correct the names, or add them as 0"
            )


def _gap(report: Report, shown: Estimate) -> Iterator[Mistake]:
    """Why there is no effect; else why there is no lift over a control of 0, or no adjustment as asked.

    A lift whose interval has no bounds is no mistake: more units will bound it.
    """
    if isinstance(shown.effect, NoEstimate):
        yield Mistake(shown.id, None, shown.effect.reason, "")
        return
    if isinstance(shown.lift, NoEstimate) and shown.control_value == 0:
        yield Mistake(shown.id, None, shown.lift.reason, "")
    for one in report.estimates:
        if one.method.endswith("cuped") and _same(one, shown) and isinstance(one.effect, NoEstimate):
            yield Mistake(one.id, None, one.effect.reason, "")


def _same(one: Estimate, other: Estimate) -> bool:
    return (one.study, one.metric, one.arm, one.segment) == (other.study, other.metric, other.arm, other.segment)
