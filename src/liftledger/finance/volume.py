"""The volume of a line: how much of the metric its effect moves, in the direction that is better."""

from liftledger.domain.cash import Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.report import MetricSummary
from liftledger.domain.value import Line
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import Input, figure, scaled
from liftledger.finance.workings.reading import Reading

FORMULA = "effect as measured x units, counted in the direction that is better, before ramp, decay and realisation"
TREATED = FORMULA.replace("units", "units that are treated")


def volume(measured: Measured, found: Reading) -> Figure:
    """Each month, or each time of a campaign; as measured, whatever the prior."""
    line, counted = measured.line, measured.counted
    better = -1 if measured.counted_metric.better == "lower" else 1
    effect, own = counted.effect, f"lines.{line.name}"
    answer = effect if isinstance(effect, NoEstimate) else scaled(effect, better * found.known(f"{own}.treated"))
    unit = volume_unit(measured.counted_metric, line)
    inputs: dict[str, Input] = {"effect": counted.id, "units": line.units, "holdout": line.holdout or None}
    return figure(f"money.{own}.volume", answer, unit, TREATED if line.holdout else FORMULA, inputs)


def volume_unit(metric: MetricSummary, line: Line) -> str:
    """'tickets fewer per month', 'units more per month', 'USD more per campaign'."""
    match metric.unit.partition(" per ")[0]:
        case "share":
            things = "units"
        case "rows":
            things = metric.fact
        case amount:
            things = amount
    counts = things in ("units", metric.fact)
    change = "more" if metric.better == "higher" else "fewer" if counts else "less"
    return f"{things} {change} {per(line)}"


def per(line: Line) -> str:
    """How often the full effect comes."""
    return "per campaign" if line.per == "campaign" else "per month"
