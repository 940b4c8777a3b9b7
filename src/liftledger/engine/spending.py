"""What rows of a fact add up to, by the midnight from which on they count."""

from sqlglot import exp

from liftledger.engine.columns import AT
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, commented, grouped, named
from liftledger.engine.state.entering import AT_ONCE, midnight


def by_midnight(engine: Engine, fact: str, table: str, amount: str) -> dict[int, int]:
    """Sums of a column in its smallest unit; midnights in days since 1970."""
    day = named(midnight(column(AT), AT_ONCE), "_day")
    rows = exp.select(day, column(amount)).from_(table)
    query = grouped(("_day",), [named(exact(exp.Sum(this=column(amount))), amount)], rows, "rows")
    query = commented(query, "What was spent, by the midnight from which on it counts.")
    return {int(one): int(total) for one, total in engine.rows(f"{fact}: spent by day", query) if total is not None}
