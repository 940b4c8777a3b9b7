"""Priors: each of what a line rests on, and on its scale."""

from liftledger.definitions.comparison import Measured
from liftledger.definitions.lines import read_mark
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.definitions.worth import categories
from liftledger.domain.instant import brief
from liftledger.domain.metric import Metric
from liftledger.domain.value import Prior, worth_of


def read_priors(record: Record | None, lines: Record | None, measured: Measured) -> tuple[Prior, ...]:
    """Priors without mistakes of form."""
    found = [_prior(name, record, lines, measured) for name in record or () if record is not None]
    return tuple(prior for prior in found if prior is not None)


def _prior(name: str, priors: Record, lines: Record | None, measured: Measured) -> Prior | None:
    """A prior is of what a line rests on: a metric and the mark that it prices, or rows at their worth."""
    prior: Record = priors[name]
    written: dict[str, Record] = {line: lines[line] for line in lines} if lines else {}
    rests = {line: _rests_on(line, one) for line, one in written.items()}
    resting = [written[line] for line, metric in rests.items() if metric == name]
    unread = lines is None or lines.bad or any("metric" in line.bad for line in written.values())
    if not resting and not unread:
        named = [metric for metric in rests.values() if metric is not None]
        cure = instead(name, dict.fromkeys(named), "lines rest on") or "add a line, or remove the prior"
        priors.refuse(name, f": no line rests on '{name}', and a prior acts on nothing else", cure)
    metric = measured.known.metrics.get(name)
    mark = None
    if metric is not None and resting and name not in measured.doubtful:
        _check_scale(prior, metric)
        mark = read_mark(prior, metric)
        _check_mark(prior, metric, mark, resting)
    elif resting and name not in measured.known.metric_names and prior.has("mark"):
        prior.refuse("mark", f": '{name}' is money, and marks belong to time_to metrics", "remove it")
    if not resting or name in measured.doubtful or "mean" not in prior or "sd" not in prior:
        return None
    return Prior(name, prior["mean"], prior["sd"], mark, prior.get("source", ""))


def _rests_on(name: str, line: Record) -> str | None:
    """What a line prices: its metric, or where each category has its worth, the rows at it."""
    if categories(line) is not None:
        return worth_of(name)
    metric: str | None = line.get("metric")
    return metric


def _check_mark(prior: Record, metric: Metric, mark: int | None, resting: list[Record]) -> None:
    marks = {line.get("mark", metric.horizon) for line in resting}
    if mark not in marks and not any("mark" in each.bad for each in (prior, *resting)) and metric.kind == "time_to":
        cure = f"write `mark: {brief(min(marks))}`, or price that share"
        prior.refuse("mark", f": the share of '{metric.name}' by {brief(mark or 0)} is not priced", cure)


def _check_scale(prior: Record, metric: Metric) -> None:
    """An effect on a share lies between -1 and 1."""
    if metric.kind not in ("conversion", "retention", "time_to"):
        return
    for key in ("mean", "sd"):
        if abs(prior.get(key, 0)) >= 1:
            found = f" is {prior[key]:g}, which is on another scale: the metric is a share, between 0 and 1"
            prior.refuse(key, found, "write the effect as a difference of shares, such as 0.02")
