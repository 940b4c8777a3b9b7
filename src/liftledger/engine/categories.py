"""Categories: the texts that occur in a column."""

from sqlglot import exp

from liftledger.engine.engine import Engine
from liftledger.engine.render import column
from liftledger.engine.template import fill


def categories(engine: Engine, fact_table: str, name: str) -> tuple[str, ...]:
    """Each text once, in the order of their code points; '' where some row has none."""
    text = exp.func("COALESCE", column(name), exp.Literal.string(""))
    query = fill("categories", tables={"fact": fact_table}, text=text)
    return tuple(sorted(text for (text,) in engine.rows(f"{fact_table}: values of {name}", query)))
