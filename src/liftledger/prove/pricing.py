"""Pricing: which estimate each benefit line rests on, and why it must not be priced where it must not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, micros
from liftledger.domain.metric import share_by
from liftledger.domain.project import Project
from liftledger.domain.report import Estimate, MetricSummary, StudySummary
from liftledger.domain.value import Line
from liftledger.finance.case import money
from liftledger.finance.evidence import worth as worths
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.tables.every import with_tables
from liftledger.finance.tables.ground import Ground
from liftledger.prove.comparison import BENT

MONTH = 365 * DAY / 12


def case(
    project: Project,
    studies: Sequence[StudySummary],
    estimates: Sequence[Estimate],
    metrics: Mapping[str, MetricSummary],
    customers: Sequence[CustomerValue] = (),
    *,
    as_of: str = "",
) -> Money | None:
    """The money of a project that declares what its effects are worth; `customers` are its customer bases, `as_of` the
    report's day."""
    if project.value is None:
        return None
    from liftledger.finance.tables.portfolio import portfolios  # loads numpy, which only projects with money need

    found = _Found(project, studies, estimates, metrics, customers)
    measured = [found.measured(line) for line in project.value.lines]
    months = {study.name: length for study in studies if (length := _months(study))}
    made = money(project.value, project.currency, project.confidence, measured, months, as_of=as_of)
    own = portfolios(measured, made, estimates, project.currency, project.confidence)
    made = msgspec.structs.replace(made, extras=(*made.extras, *own))
    return with_tables(Ground(project.value, project.currency, project.confidence, measured, made, customers, studies))


def _months(study: StudySummary) -> float:
    """For how long it has taken in units; 0 where they came at once, or nobody knows when."""
    return 0.0 if study.span is None else (micros(study.span.last) - micros(study.span.first)) / MONTH


class _Found:
    """Looks up what lines rest on."""

    def __init__(
        self,
        project: Project,
        studies: Sequence[StudySummary],
        estimates: Sequence[Estimate],
        metrics: Mapping[str, MetricSummary],
        customers: Sequence[CustomerValue],
    ) -> None:
        self.project = project
        self.studies = {study.name: study for study in studies}
        self.headlines = {
            (one.study, one.metric, one.arm): one for one in estimates if one.headline and one.segment is None
        }
        self.metrics = metrics
        self.bases = {base.base: base for base in customers}

    def measured(self, line: Line) -> Measured:
        base = None if line.worth_from is None else self.bases.get(line.worth_from.base)
        worth = self._worth(line, base)
        if worth is not None:
            line = worths.resolved(line, worth)
        metric = self.project.metric(line.metric)
        shown = line.metric if line.mark is None else share_by(line.metric, line.mark)
        counted = self._headline(line, shown)
        priced = self._headline(line, line.worth_metric) if line.worth_by else counted
        summary = self.metrics[priced.metric]
        return Measured(
            line=line,
            topic=self._topic(line),
            priced=priced,
            metric=summary,
            counted=counted,
            counted_metric=self.metrics[counted.metric],
            reduction=self._headline(line, line.metric) if metric.kind == "time_to" else None,
            direction=1 if summary.better == "higher" else -1,
            refusals=(*self._refusals(line, priced), *(worths.refusals(line, worth, base) if worth else ())),
            cautions=(
                *worth_gaps(line, self.metrics.values()),
                *self._other_arms(line),
                *(worths.cautions(line, worth) if worth else ()),
            ),
            worth=worth,
        )

    def _worth(self, line: Line, base: CustomerValue | None) -> worths.Derived | None:
        """Of a line whose worth is read off a customer base."""
        assert self.project.value is not None
        if line.worth_from is None:
            return None
        return worths.derived(line.worth_from, base, self.project.value.acquisition)

    def _other_arms(self, line: Line) -> Iterator[str]:
        """Lines of other arms of the study: no unit gets two of its treatments."""
        assert self.project.value is not None
        lines = self.project.value.lines
        others = [one.name for one in lines if one.study == line.study and one.arm != line.arm]
        if others:
            yield (
                f"{', '.join(others)} {'is' if len(others) == 1 else 'are'} of another arm of {line.study}: the units "
                "of the two must be different ones, as nobody gets two treatments."
            )

    def _headline(self, line: Line, metric: str) -> Estimate:
        return self.headlines[line.study, metric, line.arm]

    def _topic(self, line: Line) -> str | None:
        key = (line.study, line.metric, line.arm)
        return next((one.topic for one in self.project.questions if (one.study, one.metric, one.arm) == key), None)

    def _refusals(self, line: Line, priced: Estimate) -> Iterator[str]:
        """Why the line must not be priced."""
        if priced.grade is Grade.BROKEN:
            yield f"study {line.study} is broken: {self.studies[line.study].reasons[0]}"
        elif isinstance(priced.effect, NoEstimate):
            yield f"{priced.effect.reason}."
        elif self.project.metric(line.metric).cap is not None:
            yield "its metric is capped: the estimate steers decisions but is not priced."
        elif priced.skewness is not None and abs(priced.skewness) > BENT:
            yield "a few very large values carry its estimate: wait for more units."
        elif not priced.priceable:
            yield f"its evidence is {priced.grade}, and money is put only on what a control supports."


def worth_gaps(line: Line, metrics: Iterable[MetricSummary]) -> Iterator[str]:
    """Categories in the records without a worth, and worths of categories that the records do not hold."""
    found = {one.part_value for one in metrics if one.part_of == line.metric and one.part == "category"}
    if not line.worth_by:
        return
    if without := sorted(found - set(line.worth_by)):
        yield f"no worth is declared for {_quoted(without)}: such rows count as nothing."
    if unseen := sorted(set(line.worth_by) - found):
        yield f"a worth is declared for {_quoted(unseen)}, which the records do not hold."


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(repr(value) for value in values)
