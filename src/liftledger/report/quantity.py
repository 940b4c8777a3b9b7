"""What an estimate is of, in words that a sentence of its rise or fall can be made with."""

from liftledger.domain.report import Estimate, Report
from liftledger.report import numbers
from liftledger.report.headline import by_name


def estimate_of(report: Report, id_: str) -> Estimate | None:
    """None of a plan, where nothing is measured."""
    return next((one for one in report.estimates if one.id == id_), None)


def quantity(report: Report, id_: str) -> str:
    """The name of the metric; of a time's share by a mark, the share: a lower one is not a shorter time."""
    found = estimate_of(report, id_)
    if found is None:
        return ""
    metric = by_name(report)[found.metric]
    if metric.part != "share" or metric.part_of is None:
        return numbers.name_of(metric)
    whole = numbers.label(metric.part_of)
    return f"the share of {numbers.plural(found.unit)} whose {whole} is within {metric.part_value}"
