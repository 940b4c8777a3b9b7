"""What each customer is expected to bring: a row a customer of a Parquet file, none of them held in Python."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from sqlglot import exp

from liftledger.domain.expression import Expression
from liftledger.domain.instant import DAY
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import integer
from liftledger.engine.sources.csv_file import Shape, rows
from liftledger.engine.sources.raw import table_function
from liftledger.engine.template import expression, fill

COLUMNS = ("unit", "first", "last", "purchases", "revenue", "initial")
EXPECTED = "expected_by_history"


class Spend(msgspec.Struct, frozen=True):
    """Gamma-Gamma's parameters, fitted on totals in major units: z ~ Gamma(p, nu) a purchase, nu ~ Gamma(q, gamma).

    Who spent `total` on `repeats` repeat purchases is expected to spend p (gamma + total) / (p repeats + q - 1) on the
    next one (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value", equation 5), which without repeats is
    the mean of all.
    """

    p: float
    q: float
    gamma: float
    margin: float | None  # share of revenue; None: values are revenue


def write(engine: Engine, purchasers: Purchasers, expected: Mapping[str, Any], spend: Spend | None, path: Path) -> int:
    """Writes the customers to a new file, in no promised order, and counts them.

    `expected`: numpy columns by distinct history, of whole numbers `repeats`, `last` and `observed` (as `histories`
    gives them), and `alive` (P(alive)), `purchases` (in the horizon) and `discounted` (the same, each purchase at its
    present value). Columns written: unit, first_purchase and last_purchase (first days of their steps), purchases,
    revenue (major units; where there is an amount), alive, expected_purchases, expected_spend (a purchase) and value
    (margin x expected_spend x discounted; NULL without `spend`). A history that `expected` lacks has NULLs.
    Raises NoRoom, Refusal, Exhausted.
    """
    if isinstance(engine, Duck):
        return _written(engine, purchasers, purchasers.table, expected, spend, path)
    with Duck() as duck:
        written = _written(duck, purchasers, _brought(engine, duck, purchasers), expected, spend, path)
        engine.queries += duck.queries
    return written


def _brought(engine: Engine, duck: Duck, purchasers: Purchasers) -> exp.Query:
    """The customers of another engine, as files that DuckDB reads."""
    name, query = f"{purchasers.base.name}: customers", exp.select(*COLUMNS).from_(purchasers.table)
    if isinstance(engine, Spark):
        folder = duck.free("parquet")
        engine.kept(name, query, lambda sql: engine.write(sql, query, folder))
        return exp.select(*COLUMNS).from_(table_function("read_parquet", sorted(folder.glob("*.parquet")), {}))
    assert isinstance(engine, Postgres)
    file, types = duck.free("csv"), engine.columns(query)
    engine.kept(name, query, lambda sql: engine.copy(sql, file))
    texts = rows(file, Shape(COLUMNS, ",", '"', "utf-8", ()), COLUMNS)
    typed = [exp.alias_(exp.cast(exp.column(one), types[one]), one) for one in COLUMNS]
    return exp.select(*typed).from_(texts.subquery("texts"))


def _written(
    duck: Duck,
    purchasers: Purchasers,
    customers: str | exp.Query,
    expected: Mapping[str, Any],
    spend: Spend | None,
    path: Path,
) -> int:
    amount = purchasers.base.amount
    query = fill(
        "purchases_valued",
        tables={"purchasers": customers, "expected": EXPECTED},
        days=integer(purchasers.base.grid // DAY),
        revenue=exp.Null() if amount is None else _in_major_units(amount.type.scale),
        spend=_expected(spend, amount),
        end=integer(purchasers.last),
        margin=_number(1.0 if spend is None or spend.margin is None else spend.margin),
    )
    with duck.given(EXPECTED, expected):
        return duck.kept(f"{purchasers.base.name}: value of each customer", query, lambda sql: duck.copy(sql, path))


def _in_major_units(scale: int) -> exp.Expr:
    """A customer's revenue, as a decimal with all its digits."""
    revenue = exp.column("revenue", "purchasers")
    if not scale:
        return revenue
    unit = exp.cast(exp.Literal.string(f"{Decimal(1).scaleb(-scale):f}"), f"DECIMAL({scale}, {scale})")
    return exp.Mul(this=exp.cast(revenue, "DECIMAL(18, 0)"), expression=unit)


def _expected(spend: Spend | None, amount: Expression | None) -> exp.Expr:
    """What a customer is expected to spend on the next purchase."""
    if spend is None or amount is None:
        return exp.cast(exp.Null(), "DOUBLE")
    return expression(
        "$p * ($gamma + CAST(purchasers.revenue - purchasers.initial AS DOUBLE) / $per)"
        " / ($p * (purchasers.purchases - 1) + $q - 1)",
        p=_number(spend.p),
        q=_number(spend.q),
        gamma=_number(spend.gamma),
        per=_number(float(10**amount.type.scale)),
    )


def _number(value: float) -> exp.Expr:
    """The float, to its last digit."""
    return exp.cast(exp.Literal.string(repr(float(value))), "DOUBLE")
