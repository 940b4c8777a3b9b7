"""Purchasers: one row a customer, kept in the engine; all others ask this table.

A customer is a unit with a purchase. No purchase is before the first one, and rows within one step of the base's grid
are one purchase, as the models assume.
"""

from collections.abc import Mapping

import msgspec
from sqlglot import exp

from liftledger.domain.customers import EVERYBODY, Group, Purchases
from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.attributes import Attribute, by, of_names, with_attributes
from liftledger.engine.categories import categories
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.purchases import Bought, bought, categories_of
from liftledger.engine.purchasing.steps import step_of
from liftledger.engine.render import column, commented, integer, named
from liftledger.engine.template import fill

TOLD = "One row a customer: purchases, and what was known of the unit at the first one (empty where unknown)."


class Purchasers(msgspec.Struct, frozen=True):
    """Customers of a base, or those who are in a study's arms.

    `table`: a row a customer: unit, start (instant of the first purchase), first and last (steps of the grid since
    1970), purchases, revenue (minor units; where there is no amount, rows), initial (what of it was the first
    purchase's), categories (where the base has a category), `_arm` (in a study) and a column a dimension.
    """

    base: Purchases
    study: Study | None
    bought: Bought
    table: str
    customers: int
    purchases: int
    start: int | None  # instant of the first purchase of all, microseconds
    values: Mapping[str, tuple[str, ...]]  # dimension -> its values, '' where blank

    @property
    def merged(self) -> int:
        """Rows that were not the first of their step."""
        return self.bought.rows - self.purchases - self.bought.void

    @property
    def last(self) -> int:
        """The last step that was observed."""
        return self.bought.end - 1

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everybody and those of each dimension's values; in a study its arms."""
        if self.study is not None:
            return tuple(Group(study=self.study.name, arm=arm) for arm in self.study.arms)
        cut = (Group(dimension=name, value=value) for name, values in self.values.items() for value in values)
        return (EVERYBODY, *cut)


def purchasers(engine: Engine, project: Project, base: Purchases, as_of: int, rows: str) -> Purchasers:
    """Makes the tables of all customers; `rows`: table of the base's fact by units of its kind.

    Raises SumTooLarge where an amount or a customer's revenue leaves 64 bits.
    """
    made = bought(engine, project, base, as_of, rows, None, base.name)
    attributes = tuple(one for one in of_names(project, base.dimensions) if one.kind == base.unit)
    table = _table(engine, base, base.name, made, attributes)
    values = {one.name: categories(engine, table, by(one.name)) for one in attributes}
    return _counted(engine, base, None, base.name, made, table, values)


def purchasers_in(
    engine: Engine, project: Project, base: Purchases, as_of: int, rows: str, cohort: Cohort
) -> Purchasers:
    """Makes the tables of those in a study's arms; `cohort`: of the same kind of units, settled.

    Only purchases from a unit's start on count: what came before is no outcome. So the first purchase is the first
    after it, and what was a repeat purchase may be a first one here. Where the study is undated, all of them count.
    """
    assert cohort.kind == base.unit
    name = f"{base.name}__{cohort.study.name}"
    made = bought(engine, project, base, as_of, rows, cohort, name)
    return _counted(engine, base, cohort.study, name, made, _table(engine, base, name, made, ()), {})


def _table(engine: Engine, base: Purchases, name: str, made: Bought, attributes: tuple[Attribute, ...]) -> str:
    table, in_study = f"purchasers_{name}", name != base.name
    query = fill(
        "purchasers",
        tables={"bought": made.table},
        first=step_of(exp.Min(this=exp.column("at")), base.grid),
        last=step_of(exp.Max(this=exp.column("at")), base.grid),
        arm=[named(exp.Min(this=column("_arm")), "_arm")] if in_study else [],
    )
    if attributes or base.category is not None:
        began = f"began_{name}"
        engine.table(began, query)
        query = exp.select("began.*").from_(exp.alias_(exp.to_table(began), "began", table=True))
        if base.category is not None:
            query = _with_categories(query, base, name, made)
        query = commented(with_attributes(query, began, attributes), TOLD)
    engine.table(table, query)
    return table


def _with_categories(query: exp.Select, base: Purchases, name: str, made: Bought) -> exp.Select:
    own = exp.EQ(this=exp.column("unit", "named"), expression=exp.column("unit", "began"))
    found = exp.func("COALESCE", exp.column("categories", "named"), integer(0))
    query = query.join(categories_of(base, name, made.end).subquery("named"), on=own, join_type="left")
    return query.select(named(found, "categories"))


def _counted(
    engine: Engine,
    base: Purchases,
    study: Study | None,
    name: str,
    made: Bought,
    table: str,
    values: Mapping[str, tuple[str, ...]],
) -> Purchasers:
    query = fill("purchases_counted", tables={"purchasers": table})
    [(purchases, customers, start)] = engine.rows(f"{name}: purchases", query)
    began = None if start is None else int(start)
    return Purchasers(base, study, made, table, int(customers), int(purchases), began, values)
