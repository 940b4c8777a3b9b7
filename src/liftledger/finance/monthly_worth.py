"""What one unit of a line's effect is worth: the money a month, or a campaign, in which a threshold is declared."""

from liftledger.domain.estimate import Interval
from liftledger.domain.value import Line, Value
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.workings import workings

DIGITS = 12  # as in a report: what is registered must be found again
NO_EFFECT = Interval(0.0, 0.0, 0.0, 0.0)  # what a unit of effect is worth does not depend on how large it is


def monthly_worth(line: Line, value: Value, direction: int) -> float:
    """At the full effect, before ramp and decay; `direction` is -1 where a smaller value of the metric is money."""
    case = workings([Priced(line, NO_EFFECT, direction=direction)], value, "", 0.95)
    return float(f"{Reading(case).known(f'lines.{line.name}.per_effect'):.{DIGITS}g}")
