"""What a user does with a project: check, report, verify."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from liftledger.definitions.reader import read
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import micros
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report, encode
from liftledger.engine.duck import Duck, Refusal
from liftledger.prove.measurement import Measurement, measure
from liftledger.prove.origin import provenance
from liftledger.prove.verification import decoded, differences


class Resources(msgspec.Struct, frozen=True):
    """What the engine may use; None: what the machine has."""

    threads: int | None = None
    memory: str | None = None


class Made(msgspec.Struct, frozen=True):
    """A report with its bytes and its provenance."""

    report: Report
    encoded: bytes
    provenance: Provenance


def make(folder: Path, *, as_of: int | None, resources: Resources) -> Made:
    """Computes the report of a project. Raises Mistakes."""
    project = read(folder)
    measurement = _measured(project, folder, as_of, resources)
    encoded = encode(measurement.report)
    origin = provenance(measurement, encoded, engine=project.engine, threads=resources.threads, now=datetime.now(UTC))
    return Made(measurement.report, encoded, origin)


def check(folder: Path, *, resources: Resources) -> tuple[Mistake, ...]:
    """Every mistake in definitions and data, and every number that a report could not give."""
    try:
        made = make(folder, as_of=None, resources=resources)
    except Mistakes as found:
        return found.mistakes
    return tuple(_gaps(made.report))


def verify(folder: Path, stored: bytes, *, resources: Resources) -> tuple[str, ...]:
    """Differences between a stored report and the records, recomputed at the report's own date."""
    values = decoded(stored)
    date = values.get("as_of") if isinstance(values, dict) else None
    try:
        as_of = micros(str(date))
    except ValueError:
        return (f"as_of: the report says {date!r}, which is no date",)
    made = make(folder, as_of=as_of, resources=resources)
    return tuple(differences(stored, made.encoded))


def _measured(project: Project, folder: Path, as_of: int | None, resources: Resources) -> Measurement:
    try:
        with Duck(threads=resources.threads, memory=resources.memory) as duck:
            return measure(duck, project, folder, as_of=as_of)
    except Refusal as refusal:
        raise Mistakes((Mistake("engine", None, str(refusal), ""),)) from refusal


def _gaps(report: Report) -> Iterator[Mistake]:
    """Headlines without an effect or a lift, in studies that have a control."""
    for study in report.studies:
        for estimate in report.headlines(study.name):
            for answer in (estimate.effect, estimate.lift):
                if isinstance(answer, NoEstimate) and study.control is not None:
                    yield Mistake(estimate.id, None, answer.reason, "")
                    break
    yield from _unadjusted(report)


def _unadjusted(report: Report) -> Iterator[Mistake]:
    """Adjustments that were asked for and could not be made."""
    for estimate in report.estimates:
        if estimate.method.endswith("cuped") and estimate.segment is None and isinstance(estimate.effect, NoEstimate):
            yield Mistake(estimate.id, None, estimate.effect.reason, "")
