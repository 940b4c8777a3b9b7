"""Concentration of revenue: what the customers with the highest revenue hold, exactly."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
from sqlglot import exp

from liftledger.domain.customers import Group
from liftledger.engine.dialects.rule import exact
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.groups import rows_of
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import column, integer, named, when
from liftledger.engine.template import fill

SHARES = (1, 5, *range(10, 101, 10))  # percent of the customers


class Top(msgspec.Struct, frozen=True):
    """The highest `share` percent of customers by revenue (minor units).

    All with more than `threshold` are among them, and of those `at` it as many as are needed; where the share is no
    whole number of customers, a part of one.
    """

    share: int
    threshold: int
    above: int  # customers with more
    total: int  # of their revenue
    squares: int  # of their squared revenue
    at: int  # customers with just that

    def held(self, customers: int) -> Fraction:
        """Revenue of the top, of so many customers in all."""
        return self.total + (Fraction(customers * self.share, 100) - self.above) * self.threshold


def concentration(engine: Engine, purchasers: Purchasers) -> dict[Group, tuple[Top, ...]]:
    """The tops of each group, one a share of `SHARES`; empty for a group without customers.

    The whole of a group's revenue and its squares are in `behaviour`. Where the base has no amount, there is none.
    """
    if purchasers.base.amount is None:
        return {}
    found = rows_of(
        engine,
        "concentration",
        purchasers,
        lambda keys: fill(
            "concentration",
            tables={"purchasers": purchasers.table},
            keys=keys,
            revenue=exact(column("revenue")),
            whole=_over(keys, "customers", ordered=False),
            reached=_over(keys, "customers"),
            total=_over(keys, "total"),
            squares=_over(keys, "squares"),
            tops=_tops(),
        ),
    )
    return {group: tuple(_read(rows[0])) if rows else () for group, rows in found.items()}


def _over(keys: Sequence[exp.Expr], name: str, *, ordered: bool = True) -> exp.Expr:
    """A sum over the group, or over those of it with at least this revenue."""
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("revenue"), desc=True)]) if ordered else None
    return exp.Window(this=exp.Sum(this=exp.column(name)), partition_by=[one.copy() for one in keys], order=order)


def _tops() -> list[exp.Expr]:
    """Of each share its threshold, and what lies above it; sums grow with each further customer."""
    found: list[exp.Expr] = []
    for share in SHARES:
        enough = exp.GTE(
            this=exp.Mul(this=exp.column("reached"), expression=integer(100)),
            expression=exp.Mul(this=exp.column("whole"), expression=integer(share)),
        )
        found.append(named(exp.Max(this=when(enough, exp.column("revenue"))), f"threshold_{share}"))
        found.append(named(exp.Min(this=when(enough.copy(), exp.column("reached"))), f"reached_{share}"))
        for name in ("reached", "total", "squares"):
            above = exp.Max(this=when(exp.Not(this=exp.paren(enough.copy())), exp.column(name)))
            found.append(named(exp.func("COALESCE", above, integer(0)), f"{name}_above_{share}"))
    return found


def _read(row: Sequence[int]) -> list[Top]:
    values = iter(int(value) for value in row)
    tops = []
    for share, threshold, reached, above, total, squares in zip(SHARES, *[values] * 5, strict=False):
        tops.append(Top(share, threshold, above, total, squares, reached - above))
    return tops
