"""Attributes: what was known of a unit when it started, the dimensions by which arms are cut."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlglot import exp

from liftledger.domain.instant import EPOCH
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED, Band, Study
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import column, integer, moment, named
from liftledger.engine.template import fill

BLANK = exp.Literal.string("")


class Attribute(msgspec.Struct, frozen=True):
    """A dimension, and the column of the table that holds its values, of units of `kind`."""

    name: str
    kind: str
    table: str
    column: str
    number: bool  # ordered as a number, else as text
    dated: bool  # the unit's last row at or before its start counts
    bands: tuple[Band, ...]


def attributes(project: Project, study: Study) -> tuple[Attribute, ...]:
    """The dimensions that the study's metrics ask for, of units of any kind."""
    return of_names(project, _wanted(project, study))


def of_names(project: Project, names: Iterable[str]) -> tuple[Attribute, ...]:
    """The dimensions of these names, of units of any kind."""
    found = []
    for name in sorted(names):
        dimension = next((one for one in project.dimensions if one.name == name), None)
        if dimension is not None:
            fact = project.fact(dimension.fact)
            type_ = fact.field(dimension.column).type
            number = type_.numeric or type_.name == "time"
            table, dated = table_of(fact.name), not fact.wide
            found.append(Attribute(name, fact.keyed_by, table, dimension.column, number, dated, dimension.bands))
    return tuple(found)


def started(project: Project, study: Study) -> bool:
    """Whether a metric of the study asks for the month of the start."""
    return STARTED in _wanted(project, study)


def by(dimension: str) -> str:
    """Name of a dimension's column, which no metric can have."""
    return f"_by_{dimension}"


def described(engine: Engine, name: str, began: str, about: Sequence[Attribute], *, started: bool) -> exp.Query:
    """The units of the table `began`, each with its attributes."""
    query = fill("cohort", tables={"began": began}, dimensions=[])
    assert isinstance(query, exp.Select)
    if started:
        [(first, last)] = engine.rows(f"{name}: first and last start", fill("starts", tables={"began": began}))
        query = query.select(named(BLANK.copy() if first is None else _month(first, last), by(STARTED)))
    return with_attributes(query, began, about)


def with_attributes(query: exp.Select, began: str, about: Sequence[Attribute]) -> exp.Select:
    """A query of the table `began`, a row a unit that started, with the attributes of each."""
    for table in dict.fromkeys(attribute.table for attribute in about if not attribute.dated):
        query = _joined(query, exp.to_table(table), table)
    for attribute in about:
        source, value = attribute.table, column(attribute.column, attribute.table)
        if attribute.dated:
            source, value = f"about_{attribute.name}", exp.column("value", f"about_{attribute.name}")
            last = fill("last_values", tables={"began": began, "fact": attribute.table}, value=_comparable(attribute))
            query = _joined(query, last.subquery(source), source)
        query = query.select(named(_label(attribute, value), by(attribute.name)))
    return query


def _joined(query: exp.Select, rows: exp.Expr, name: str) -> exp.Select:
    """The units with the row of each in `rows`."""
    own = exp.EQ(this=column("_unit", name), expression=exp.column("unit", "began"))
    return query.join(rows, on=own, join_type="left")


def _wanted(project: Project, study: Study) -> set[str]:
    return {name for metric in study.metrics for name in project.metric(metric).dimensions}


def _comparable(attribute: Attribute) -> exp.Expr:
    value = column(attribute.column, "fact")
    return value if attribute.number else exp.cast(value, "VARCHAR")


def _label(attribute: Attribute, value: exp.Expr) -> exp.Expr:
    if not attribute.bands:
        return exp.func("COALESCE", exp.cast(value, "VARCHAR"), BLANK.copy())
    cases = [
        exp.If(this=exp.GTE(this=value.copy(), expression=integer(band.low)), true=exp.Literal.string(band.name))
        for band in sorted(attribute.bands, key=lambda band: -band.low)
    ]
    return exp.Case(ifs=cases, default=BLANK.copy())


def _month(first: int, last: int) -> exp.Expr:
    """The UTC month of `began.start`, which lies between `first` and `last` (microseconds)."""
    month, end = _beginning(first), _beginning(last)
    cases = []
    while month < end:
        following = (month + timedelta(days=31)).replace(day=1)
        boundary = moment((following - EPOCH) // timedelta(microseconds=1))
        before = exp.LT(this=exp.column("start", "began"), expression=boundary)
        cases.append(exp.If(this=before, true=exp.Literal.string(_name(month))))
        month = following
    name = exp.Literal.string(_name(end))
    return exp.Case(ifs=cases, default=name) if cases else name


def _beginning(micros: int) -> datetime:
    moment = EPOCH + timedelta(microseconds=micros)
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _name(month: datetime) -> str:
    return f"{month.year:04}-{month.month:02}"
