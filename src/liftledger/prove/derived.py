"""Metrics that follow from others: one for each value of `by`, and what the rows behind a benefit line are worth."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from liftledger.domain.expression import And, Choice, Column, Comparison, Expression, Missing, Number, Or, Text, Type
from liftledger.domain.metric import Metric, Term
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.project import Project
from liftledger.domain.slug import slug
from liftledger.domain.study import STARTED
from liftledger.domain.value import Line
from liftledger.prove.comparison import UNKNOWN
from liftledger.prove.records import Records

MOST = 50  # values of `by` that a report can hold


def derived(records: Records, project: Project) -> Project:
    """The project with its derived metrics, each in the studies of the metric that it comes from.

    The metrics that answer a question are shown by month of start and by maturity too. Raises Mistakes.
    """
    project = _seen_by(project)
    parts = {metric.name: tuple(_categories(records, project, metric)) for metric in project.metrics if metric.by}
    worths = {line.name: _worth(project, line) for line in _by_worth(project)}
    return msgspec.structs.replace(
        project,
        metrics=tuple(each for metric in project.metrics for each in (metric, *parts.get(metric.name, ())))
        + tuple(worths.values()),
        studies=tuple(
            msgspec.structs.replace(
                study,
                metrics=tuple(
                    each for name in study.metrics for each in (name, *(part.name for part in parts.get(name, ())))
                )
                + tuple(worths[line.name].name for line in _by_worth(project) if line.study == study.name),
            )
            for study in project.studies
        ),
    )


def _by_worth(project: Project) -> tuple[Line, ...]:
    return () if project.value is None else tuple(line for line in project.value.lines if line.worth_by)


def _seen_by(project: Project) -> Project:
    """Metrics of questions with the dimensions that their panels show."""
    wanted: dict[str, set[str]] = {}
    for question in project.questions:
        own = {STARTED} if _dated(project, question.study) else set()
        wanted.setdefault(question.metric, set()).update(own | ({question.maturity} if question.maturity else set()))
    metrics = (
        msgspec.structs.replace(metric, dimensions=(*metric.dimensions, *sorted(more)))
        for metric in project.metrics
        for more in [wanted.get(metric.name, set()) - set(metric.dimensions)]
    )
    return msgspec.structs.replace(project, metrics=tuple(metrics))


def _dated(project: Project, study: str) -> bool:
    assignment = next(one for one in project.studies if one.name == study).assignment
    return assignment.time is not None or not project.fact(assignment.fact).wide


def _categories(records: Records, project: Project, metric: Metric) -> Iterator[Metric]:
    """The metric over the rows of each value of `by`; values that would look alike are numbered."""
    assert metric.by is not None
    found = records.categories(metric.fact, metric.by)
    if len(found) > MOST:
        text = f"column {metric.by!r} has {len(found)} values; a report holds at most {MOST}"
        raise Mistakes((Mistake(f"metrics.{metric.name}.by", None, text, "group the values, or leave it out"),))
    taken = {one.name for one in project.metrics}
    for value in found:
        name = plain = f"{metric.name}_{slug(value).replace('-', '_') or UNKNOWN}"
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name)
        where = _and(metric.numerator.where, _is(project, metric, value))
        yield msgspec.structs.replace(
            metric,
            name=name,
            numerator=msgspec.structs.replace(metric.numerator, where=where),
            dimensions=(),
            by=None,
            part_of=metric.name,
            value_of_by=value,
            description="",
        )


def _worth(project: Project, line: Line) -> Metric:
    """The metric in money: each row counts with the worth of its category, exact to its last digit."""
    metric = project.metric(line.metric)
    digits = max(MINOR_DIGITS[project.currency], *(_decimals(amount) for amount in line.worth_by.values()))
    money = Type("money", digits, project.currency)
    cases = tuple(
        (_is(project, metric, value), Number(int(amount.scaleb(digits)), money))
        for value, amount in sorted(line.worth_by.items())
    )
    return msgspec.structs.replace(
        metric,
        name=line.worth_metric,
        kind="rate" if metric.kind == "rate" else "sum",
        numerator=Term(Choice(cases, money), metric.numerator.where),
        role="diagnostic",
        dimensions=(),
        by=None,
        part_of=metric.name,
        description=f"What the rows behind the line {line.name!r} cost, each by its {metric.by}.",
    )


def _decimals(amount: Decimal) -> int:
    """How many digits it has after the point."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _is(project: Project, metric: Metric, value: str) -> Expression:
    """That a row has this value of `by`; '' where it is blank."""
    assert metric.by is not None
    field = project.fact(metric.fact).field(metric.by)
    column = Column(metric.by, field.type)
    same = Comparison("=", column, Text(value))
    return Or((same, Missing(column))) if not value and field.optional else same


def _and(condition: Expression | None, other: Expression) -> Expression:
    return other if condition is None else And((condition, other))
