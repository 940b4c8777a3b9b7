"""What one unit of a line's effect is worth: the money a month, or a campaign, in which a threshold is declared."""

from liftledger.domain.value import Line, Value


def monthly_worth(line: Line, value: Value, direction: int) -> float:
    """At the full effect, before ramp and decay; `direction` is -1 where a smaller value of the metric is money.

    The same as the row `lines.L.per_effect` of the case's workings, without its levers.
    """
    worth = direction * line.units * (1 - line.holdout)
    if line.worth is not None:
        worth *= line.worth
    if line.realisation is not None and not line.program:
        worth *= line.realisation
    if line.basis == "revenue":
        assert value.margin is not None  # definitions refuse a line on revenue without it
        worth *= value.margin
    return float(worth)
