"""Studies made of domain values and small records, for what the engine counts by itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from liftledger.domain.expression import (
    TEXT,
    TIME,
    Column,
    Comparison,
    Expression,
    Text,
)
from liftledger.domain.fact import Fact, Field
from liftledger.domain.instant import instant, micros
from liftledger.domain.measure import plan
from liftledger.domain.metric import Metric, Term
from liftledger.domain.project import Project
from liftledger.domain.study import Assignment, Dimension, Relation, Shares, Study
from liftledger.engine.cohort import Cohort, enrol, keyed, parents, settle
from liftledger.engine.durations import Timed, Timing, count_durations
from liftledger.engine.engine import Engine
from liftledger.engine.facts import load
from liftledger.engine.scan import Scan
from liftledger.engine.sums import Counted, count
from tests.engine.records import fact, field, written
from tests.engine.supply import supplied

AS_OF = micros("2026-03-01")
ARMS = ("a", "b")


def column(one: Field) -> Column:
    return Column(one.name, one.type)


def equals(one: Field, text: str) -> Expression:
    return Comparison("=", column(one), Text(text))


def dated(name: str, *columns: Field, **options) -> Fact:
    """A fact of users in `name`.csv with a time `at`."""
    at = field(TIME, "at")
    return fact(f"{name}.csv", *columns, **({"name": name, "time": at} | options))


def wide(name: str, *columns: Field, **options) -> Fact:
    return fact(f"{name}.csv", *columns, **({"name": name} | options))


ARM = field(TEXT, "arm")


def study(name: str, of: Fact, metrics: tuple[str, ...], **options) -> Study:
    """Arms a and b by `of.arm`; `where` tells several studies of one fact apart."""
    assignment = Assignment(of.name, "arm", where=options.pop("where", None))
    unit = options.pop("unit", "user")
    return Study(
        name, "experiment", unit, assignment, ARMS, "a", (Shares({"a": "1/2", "b": "1/2"}),),
        options.pop("exposure", None), metrics, **options,
    )  # fmt: skip


class World(msgspec.Struct, frozen=True):
    """A loaded project whose cohorts stand."""

    engine: Engine
    project: Project
    cohorts: Mapping[str, Mapping[str, Cohort]]  # study -> kind of unit

    def table(self, name: str, kind: str) -> str:
        return keyed(self.engine, self.project, name, kind)

    def of_kind(self, metric: str, kind: str) -> tuple[Cohort, ...]:
        """Cohorts of the studies that use the metric."""
        studies = [one.name for one in self.project.studies if metric in one.metrics]
        return tuple(self.cohorts[name][kind] for name in studies)

    def timed(self, metric: str, kind: str = "user") -> Timed:
        one = self.project.metric(metric)
        onset = None if one.onset is None else self.project.fact(one.onset.fact)
        table = None if onset is None else self.table(onset.name, kind)
        held = self.project.fact(one.fact)
        cohorts = self.of_kind(metric, kind)
        timing = Timing(metric, one, held, self.table(one.fact, kind), table, onset, cohorts, AS_OF, 0)
        return count_durations(self.engine, timing)

    def counted(self, metric: str, kind: str = "user") -> Counted:
        one = self.project.metric(metric)
        held = self.project.fact(one.fact)
        planned = plan([one], self.project.facts)
        table, cohorts = self.table(one.fact, kind), self.of_kind(metric, kind)
        return count(self.engine, Scan(metric, held, table, cohorts, planned, AS_OF, 0))


@contextmanager
def world(
    folder: Path,
    facts: tuple[Fact, ...],
    metrics: tuple[Metric, ...],
    studies: tuple[Study, ...],
    *,
    dimensions: tuple[Dimension, ...] = (),
    relations: tuple[Relation, ...] = (),
    from_exposure: bool = False,
    threads: int = 2,
) -> Iterator[World]:
    project = Project(
        "Acme", "USD", "duckdb", facts, ("user", "account"), relations, dimensions, metrics, studies, AS_OF
    )
    with supplied(project, folder, threads=threads) as ours:
        engine, project = ours.engine, ours.project
        _, mistakes = load(engine, project, ours.folder)
        assert not mistakes, mistakes
        cohorts = {}
        for one in studies:
            enrolment = enrol(engine, project, one, AS_OF)
            assert not isinstance(enrolment, tuple), enrolment
            settle(engine, project, enrolment, from_exposure=from_exposure)
            cohorts[one.name] = {one.unit: enrolment.cohort}
            for relation in relations:
                if relation.child == one.unit:
                    cohorts[one.name][relation.parent] = parents(engine, enrolment.cohort, relation).cohort
        yield World(engine, project, cohorts)


def write(folder: Path, name: str, header: str, rows) -> None:
    """`name`.csv; whole numbers under `at` and other times are microseconds."""
    names = header.split()
    times = {place for place, one in enumerate(names) if one in ("at", "signed_up")}
    lines = [
        [instant(value) if place in times and isinstance(value, int) else value for place, value in enumerate(row)]
        for row in rows
    ]
    (folder / f"{name}.csv").write_text(written(names, lines))


def time_to(name: str, of: Fact, where: Expression | None, **options) -> Metric:
    return Metric(name, "time_to", of.name, Term(where=where), **options)
