"""Comparisons that questions and benefit lines rest on: a metric in an arm of a study, against its control."""

from collections.abc import Mapping

import msgspec

from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.definitions.studies import Known
from liftledger.domain.metric import Metric
from liftledger.domain.study import EVERYONE, Study


class Measured(msgspec.Struct, frozen=True):
    """What can be compared; `study_names` name those with mistakes too.

    `doubtful` metrics have mistakes of their own: none are due that may follow from them.
    """

    known: Known
    studies: Mapping[str, Study]
    study_names: list[str]
    doubtful: frozenset[str]


class Comparison(msgspec.Struct, frozen=True):
    """A metric of a study, in one of its treatment arms."""

    study: Study
    metric: Metric
    arm: str


def read_comparison(record: Record, measured: Measured) -> Comparison | None:
    """What `study`, `metric` and `arm` name, if all of it is there."""
    study, metric = _study(record, measured), _metric(record, measured)
    if study is None:
        return None
    if metric is not None and metric.name not in study.metrics:
        cure = f"add it to the metrics of studies.{study.name}, or name one of {listed(study.metrics)}"
        record.refuse("metric", f": study '{study.name}' does not measure '{metric.name}'", cure)
        return None
    arm = _arm(record, study)
    if metric is None or metric.name in measured.doubtful or arm is None:
        return None
    return Comparison(study, metric, arm)


def _study(record: Record, measured: Measured) -> Study | None:
    name: str | None = record.get("study")
    if name is not None and name not in measured.study_names:
        cure = instead(name, measured.study_names, "the studies are") or "declare it under studies"
        record.refuse("study", f": there is no study '{name}'", cure)
    study = measured.studies.get(name or "")
    if study is not None and study.arms == (EVERYONE,):
        cure = "name a study with arms and a control"
        record.refuse("study", f": '{name}' has no arms to compare, and so shows no effect", cure)
    return study if study is not None and study.control is not None else None


def _metric(record: Record, measured: Measured) -> Metric | None:
    name: str | None = record.get("metric")
    known = measured.known
    if name is not None and name not in known.metric_names:
        cure = instead(name, known.metric_names, "the metrics are") or "declare it under metrics"
        record.refuse("metric", f": there is no metric '{name}'", cure)
    return known.metrics.get(name or "")


def _arm(record: Record, study: Study) -> str | None:
    treatments = [arm for arm in study.arms if arm != study.control]
    if not record.has("arm"):
        if len(treatments) == 1:
            return treatments[0]
        found = f": 'arm' is missing, and study '{study.name}' has {len(treatments)} besides the control"
        record.refuse(None, found, f"name one of {listed(treatments)}")
        return None
    arm: str | None = record.get("arm")
    if arm is None or arm in treatments:
        return arm
    if arm == study.control:
        record.refuse("arm", f": '{arm}' is the control, with which others are compared", _others(treatments))
    else:
        cure = instead(arm, treatments, "the arms besides the control are")
        record.refuse("arm", f": study '{study.name}' has no arm '{arm}'", cure)
    return None


def _others(treatments: list[str]) -> str:
    return f"name {listed(treatments, last='or')}"
