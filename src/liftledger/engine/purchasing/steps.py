"""Steps of a grid of whole days since 1970, and calendar months since the year 0."""

from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.render import integer

BEFORE = 719_528  # days of the calendar before 1970, from the first of January of the year 0 on


def step_of(at: exp.Expr, grid: int) -> exp.Expr:
    """The step in which an instant lies; 0 begins with 1970.

    Engines divide towards 0, so steps are counted from the year 0 on, and what went before 1970 is taken off again.
    """
    before = -(-BEFORE * DAY // grid)
    shifted = exp.paren(exp.Add(this=at, expression=integer(before * grid)))
    return exp.Sub(this=exp.IntDiv(this=shifted, expression=integer(grid)), expression=integer(before))


def month(number: int) -> str:
    """YYYY-MM of a month counted from January of the year 0 on."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_of(text: str) -> int:
    """The number of a month, or of that of a day, YYYY-MM-DD."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1
