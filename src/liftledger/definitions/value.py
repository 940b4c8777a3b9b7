"""`value`: benefit lines, costs, priors and rates, as far as definitions alone can tell that they fit."""

from liftledger.definitions.comparison import Measured
from liftledger.definitions.lines import read_lines, read_mark
from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.domain.instant import brief
from liftledger.domain.metric import Metric
from liftledger.domain.value import Cost, Prior, Value, worth_of

MONTHS = 36  # of the cash-flow, where nothing is said


def read_value(record: Record | None, measured: Measured, currency: str) -> Value | None:
    """What effects are worth; None where nothing is said of it, or no rate to discount with."""
    if record is None:
        return None
    months: int = record.get("months", MONTHS)
    lines = read_lines(record.get("lines"), measured, currency, months)
    for key in ("lines", "costs"):
        if key in record and not record[key].written:
            record.refuse(key, ": there are none", "add at least one")
    written: Record | None = record.get("lines")
    resting = [name for name in written if written[name].get("basis") == "revenue"] if written else []
    if resting and not record.has("margin"):
        found = f": 'margin' is missing, and {listed(resting)} rest{'' if resting[1:] else 's'} on revenue"
        record.refuse(None, found, "finance must give the gross margin, such as `margin: 80%`; there is no default")
    costs, priors = _costs(record.get("costs")), _priors(record.get("priors"), record.get("lines"), measured)
    if "discount" not in record:
        return None
    return Value(lines, costs, record["discount"], months, record.get("margin"), priors)


def _costs(record: Record | None) -> tuple[Cost, ...]:
    found: list[Cost] = []
    for name in record or ():
        assert record is not None
        cost: Record = record[name]
        if not cost.has("once") and not cost.has("monthly"):
            cost.refuse(None, ": it has neither `once` nor `monthly`", "add the amount, such as `monthly: 4000`")
        amounts = {key: cost[key] for key in ("once", "monthly") if key in cost}
        found.append(Cost(name, cost.get("category", ""), description=cost.get("description", ""), **amounts))
    return tuple(found)


def _priors(record: Record | None, lines: Record | None, measured: Measured) -> tuple[Prior, ...]:
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
    if isinstance(line.get("worth"), Record):
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
