"""Cells: where sums belong, a study's arm or one segment of it; several cohorts cut into them by one query."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlglot import exp

from liftledger.engine.attributes import by
from liftledger.engine.cohort import Cohort
from liftledger.engine.render import column, integer, named

Segment = tuple[str, str] | None  # (dimension, value)


class Cell(msgspec.Struct, frozen=True):
    """A study's arm, whole or one segment of it."""

    study: str
    arm: str
    segment: Segment


def dimensions(cohorts: Sequence[Cohort]) -> tuple[str, ...]:
    """Columns of the cohorts' dimensions."""
    return tuple(sorted({by(name) for cohort in cohorts for name in cohort.dimensions}))


def together(cohorts: Sequence[Cohort]) -> exp.Query:
    """All cohorts as one relation, with their index as `_study`; '' where a cohort lacks a dimension."""
    attributes = dimensions(cohorts)
    first, *rest = [_part(index, cohort, attributes) for index, cohort in enumerate(cohorts)]
    query: exp.Query = first
    for part in rest:
        query = exp.union(query, part, distinct=False, copy=False)
    return query


def _part(index: int, cohort: Cohort, attributes: Sequence[str]) -> exp.Select:
    own = {by(name) for name in cohort.dimensions}
    values = [column(name) if name in own else named(exp.Literal.string(""), name) for name in attributes]
    head = [named(integer(index), "_study"), column("_unit"), column("_arm"), column("_start")]
    return exp.select(*head, *values).from_(cohort.table)


def sets(attributes: Sequence[str], *further: str) -> list[exp.Expr]:
    """What to group by: study and arm, whole and by each attribute, and in each by the `further` columns."""
    keys: list[exp.Expr] = [column("_study"), column("_arm")]
    more: list[exp.Expr] = [column(name) for name in further]
    if not attributes:
        return [*keys, *more]
    groups = [[*keys, *more], *([*keys, column(name), *more] for name in attributes)]
    return [exp.GroupingSets(expressions=[exp.Tuple(expressions=[key.copy() for key in one]) for one in groups])]


def cells(cohorts: Sequence[Cohort], rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Cell, tuple[Any, ...]]]:
    """Each row's cell, and what follows its keys."""
    attributes = dimensions(cohorts)
    spoken = {by(name): name for cohort in cohorts for name in cohort.dimensions}
    names = [spoken[one] for one in attributes]
    keys = 2 + len(attributes)
    found: dict[tuple[Any, ...], Cell] = {}
    for row in rows:
        own = row[:keys]
        if own not in found:
            found[own] = _cell(cohorts, names, *own)
        yield found[own], row[keys:]


def _cell(cohorts: Sequence[Cohort], names: Sequence[str], study: int, arm: int, *values: str | None) -> Cell:
    """In a row of a segment the other dimensions are NULL."""
    segment = next(((name, value) for name, value in zip(names, values, strict=True) if value is not None), None)
    owner = cohorts[study].study
    return Cell(owner.name, owner.arms[arm], segment)
