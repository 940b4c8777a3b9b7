"""Which metric of which study answers each of the three questions."""

from collections.abc import Mapping
from typing import get_args

from liftledger.definitions.comparison import Comparison, Measured, read_comparison
from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.domain.metric import Kind
from liftledger.domain.question import Question, Topic
from liftledger.domain.study import Study

ANSWERS: Mapping[Topic, tuple[Kind, ...]] = {
    "time_to_value": ("time_to",),
    "tickets": ("conversion", "count", "sum", "rate"),
    "expansion": ("conversion", "count", "sum", "mean", "ratio", "rate"),
}


def read_questions(record: Record | None, measured: Measured) -> tuple[Question, ...]:
    """In the order of the topics, which is that of the report."""
    topics = [topic for topic in get_args(Topic) if record is not None and topic in record]
    found = [_question(topic, record[topic], measured) for topic in topics if record is not None]
    return tuple(question for question in found if question is not None)


def _question(topic: Topic, record: Record, measured: Measured) -> Question | None:
    compared = read_comparison(record, measured)
    if compared is None:
        return None
    metric, kinds = compared.metric, ANSWERS[topic]
    if metric.kind not in kinds:
        cure = f"name a metric of kind {listed(kinds, last='or')}"
        record.refuse("metric", f": '{metric.name}' is a {metric.kind}, which does not answer '{topic}'", cure)
    return Question(
        topic=topic,
        study=compared.study.name,
        metric=metric.name,
        arm=compared.arm,
        maturity=_maturity(record, compared.study, measured),
        funnel=_funnel(record, compared, measured),
    )


def _maturity(record: Record, study: Study, measured: Measured) -> str | None:
    """A dimension of the study's unit, known when it started."""
    name: str | None = record.get("maturity")
    known = measured.known
    if name is None:
        return None
    if name not in known.dimension_names:
        cure = instead(name, known.dimension_names, "the dimensions are") or "declare it under dimensions"
        record.refuse("maturity", f": there is no dimension '{name}'", cure)
    if name not in known.dimensions:
        return None
    sheet, assigned = known.sheets[known.dimensions[name].fact], known.sheets[study.assignment.fact]
    if sheet.whole and sheet.keyed_by != study.unit:
        found = f": '{name}' is an attribute of '{sheet.keyed_by}', and the study's unit is '{study.unit}'"
        record.refuse("maturity", found, f"name a dimension of '{study.unit}'")
    if sheet.whole and not sheet.wide and assigned.wide and study.assignment.time is None:
        found = f": '{name}' is that at the units' start, and '{assigned.name}' does not date it"
        record.refuse("maturity", found, f"add `time` to the assignment of studies.{study.name}")
    if sheet.whole and sheet.unit is None and sheet.name != assigned.name:
        found = f": '{sheet.name}' does not name its units"
        record.refuse("maturity", found, f"add `unit` to facts.{sheet.name}")
    return name


def _funnel(record: Record, compared: Comparison, measured: Measured) -> tuple[str, ...]:
    steps: tuple[str, ...] = record.get("funnel", ())
    known, study = measured.known, compared.study
    for place, name in enumerate(steps):
        if name not in known.metric_names:
            cure = instead(name, known.metric_names, "the metrics are")
            record.refuse("funnel", f"[{place + 1}]: there is no metric '{name}'", cure)
        elif name in steps[:place]:
            record.refuse("funnel", f"[{place + 1}]: '{name}' stands there twice", "keep one of them")
        elif name in known.metrics and name not in study.metrics:
            cure = f"add it to the metrics of studies.{study.name}"
            record.refuse("funnel", f"[{place + 1}]: study '{study.name}' does not measure '{name}'", cure)
        elif name in known.metrics and known.metrics[name].kind != "conversion":
            found = f"[{place + 1}]: '{name}' is a {known.metrics[name].kind}, and a funnel counts units"
            record.refuse("funnel", found, "name metrics of kind conversion")
    return steps
