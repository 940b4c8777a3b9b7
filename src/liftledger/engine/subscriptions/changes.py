"""Changes: what every customer had before and after each period in which something of theirs started or ended."""

from sqlglot import exp

from liftledger.engine.calendar import MONTH, begins, month
from liftledger.engine.render import integer, moment
from liftledger.engine.template import fill


def changed(movements: str, as_of: int, *, months: int) -> exp.Query:
    """A row a customer and period of so many calendar months, of whole periods before as_of."""
    ends = ended(as_of, months) * months
    return fill(
        "subscription_changes",
        tables={"movements": movements},
        period=integer(months * MONTH),
        before=moment(begins(ends)),
    )


def ended(as_of: int, months: int) -> int:
    """The first period that is not whole before as_of."""
    return month(as_of) // months
