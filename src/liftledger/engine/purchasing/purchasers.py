"""Purchasers: rows become purchases, and purchases customers; one row a customer, kept in the engine.

Rows of a customer within one step of the base's grid are one purchase, worth what they add up to: returns and negative
amounts are netted there. A step that adds up to 0 or less is no purchase, and a customer without a purchase is none.
"""

from collections.abc import Mapping

import msgspec
from sqlglot import exp

from liftledger.domain.customers import EVERYBODY, Group, Purchases
from liftledger.domain.expression import columns
from liftledger.domain.instant import instant
from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.attributes import by, of_names, with_attributes
from liftledger.engine.categories import categories
from liftledger.engine.cohort import Cohort
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.steps import step_of
from liftledger.engine.render import all_of, column, commented, integer, moment, named, render
from liftledger.engine.template import fill


class Purchasers(msgspec.Struct, frozen=True):
    """Customers of a base, or those of its customers who are in a study's arms.

    `table`: a row a customer: unit, start (instant of the first purchase), first and last (steps of the grid since
    1970), purchases, revenue (minor units; without an amount, rows), initial (of it the first purchase's), categories
    (where the base has a category), `_arm` (in a study) and the dimensions. `bought`: a row a purchase: unit, at
    (instant of its first row), amount.
    """

    base: Purchases
    study: Study | None
    table: str
    bought: str
    end: int  # the first step that had not ended at the date: of it and later ones nothing counts
    rows: int
    unfinished: int  # rows of that step before the date, which do not count
    purchases: int
    void: int  # steps whose rows add up to 0 or less
    returned: int  # what those add up to: 0 or less; it is in no revenue
    negative: int  # rows below 0
    customers: int
    nobody: int  # units all of whose steps are void
    start: int | None  # instant of the first purchase, microseconds
    values: Mapping[str, tuple[str, ...]]  # dimension -> its values, '' where blank

    @property
    def merged(self) -> int:
        """Rows that were not the first of their step."""
        return self.rows - self.purchases - self.void

    @property
    def last(self) -> int:
        """The last step that was observed."""
        return self.end - 1

    @property
    def first_month(self) -> str | None:
        """In UTC, YYYY-MM."""
        return None if self.start is None else instant(self.start)[:7]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everybody and those of each dimension's values; in a study its arms."""
        if self.study is not None:
            return tuple(Group(study=self.study.name, arm=arm) for arm in self.study.arms)
        cut = (Group(dimension=name, value=value) for name, values in self.values.items() for value in values)
        return (EVERYBODY, *cut)


def purchasers(engine: Engine, project: Project, base: Purchases, as_of: int, rows: str) -> Purchasers:
    """Makes the tables of all customers; `rows`: table of the base's fact by units of its kind.

    Raises SumTooLarge, where an amount or a customer's revenue leaves 64 bits.
    """
    return _made(engine, project, base, as_of, rows, None)


def purchasers_in(
    engine: Engine, project: Project, base: Purchases, as_of: int, rows: str, cohort: Cohort
) -> Purchasers:
    """Makes the tables of those in a study's arms; `cohort`: of the same kind of units, settled.

    Only purchases from a unit's start on count: what came before is no outcome. So the first purchase is the first
    one after it. Where the study is undated, all of them count.
    """
    assert cohort.kind == base.unit
    return _made(engine, project, base, as_of, rows, cohort)


def _made(
    engine: Engine, project: Project, base: Purchases, as_of: int, rows: str, cohort: Cohort | None
) -> Purchasers:
    name = base.name if cohort is None else f"{base.name}__{cohort.study.name}"
    steps, bought, table = f"steps_{name}", f"bought_{name}", f"purchasers_{name}"
    end = as_of // base.grid
    counted = _counted(project, base, rows, cohort)
    observed = exp.LT(this=column(AT, "fact"), expression=moment(end * base.grid))
    [(seen, negative, unfinished)] = engine.rows(
        f"{name}: rows of purchases",
        fill(
            "purchase_rows",
            tables={"fact": counted},
            observed=observed,
            before=exp.LT(this=column(AT, "fact"), expression=moment(as_of)),
        ),
    )
    step = step_of(column(AT, "fact"), base.grid)
    arms = [] if cohort is None else [column("_arm")]
    netted = fill(
        "purchase_steps",
        tables={"fact": counted},
        step=step,
        observed=observed,
        arm_of_row=arms,
        arm=[named(exp.Min(this=one), "_arm") for one in arms],
    )
    engine.table(steps, netted, rows_in=int(seen))
    engine.view(bought, fill("purchases", tables={"steps": steps}))
    engine.table(table, _customers(engine, project, base, name, bought, counted, observed))
    tables: dict[str, str | exp.Query] = {"steps": steps, "purchasers": table}
    [(purchases, customers, start)] = engine.rows(f"{name}: purchases", fill("purchases_counted", tables=tables))
    [(void, returned)] = engine.rows(f"{name}: steps without a purchase", fill("purchases_void", tables=tables))
    nobody = (
        engine.rows(f"{name}: units without a purchase", fill("purchases_nobody", tables=tables))[0][0] if void else 0
    )
    dimensions = (
        () if cohort else tuple(one.name for one in of_names(project, base.dimensions) if one.kind == base.unit)
    )
    values = {one: categories(engine, table, by(one)) for one in dimensions}
    study = None if cohort is None else cohort.study
    return Purchasers(
        *(base, study, table, bought, end, int(seen), int(unfinished), int(purchases), int(void), int(returned)),
        *(int(negative), int(customers), int(nobody), None if start is None else int(start), values),
    )


def _counted(project: Project, base: Purchases, rows: str, cohort: Cohort | None) -> exp.Query:
    """The rows that are purchases, with what each is worth; those of a cohort's units with their arm."""
    at, unit = column(AT, "fact"), column(UNIT, "fact")
    selected: list[exp.Expr] = [unit, at, named(_amount(project, base), "amount")]
    if base.category is not None:
        selected.append(named(column(base.category, "fact"), "category"))
    conditions = [] if base.where is None else [render(base.where, "fact")]
    source = exp.alias_(exp.to_table(rows), "fact", table=True)
    if cohort is None:
        if project.fact(base.fact).keyed_by != base.unit:  # rows of units that belong to nobody
            conditions.append(exp.Not(this=exp.Is(this=unit.copy(), expression=exp.Null())))
        query = exp.select(*selected).from_(source)
    else:
        same = exp.EQ(this=column(UNIT, "cohort"), expression=unit.copy())
        query = exp.select(*selected, column("_arm", "cohort")).from_(source)
        query = query.join(exp.alias_(exp.to_table(cohort.table), "cohort", table=True), on=same)
        if cohort.dated:
            conditions.append(exp.GTE(this=at.copy(), expression=column("_start", "cohort")))
    return query.where(all_of(conditions)) if conditions else query


def _amount(project: Project, base: Purchases) -> exp.Expr:
    """What a row is worth: where an optional column is blank, nothing; where rows are only counted, each is 1."""
    if base.amount is None:
        return integer(1)
    value = render(base.amount, "fact")
    optional = {field.name for field in project.fact(base.fact).columns if field.optional}
    return exp.func("COALESCE", value, integer(0)) if columns(base.amount) & optional else value


def _customers(
    engine: Engine,
    project: Project,
    base: Purchases,
    name: str,
    bought: str,
    counted: exp.Query,
    observed: exp.Expr,
) -> exp.Query:
    """A row a customer, with what was known of them at their first purchase."""
    arms = any(one.alias_or_name == "_arm" for one in counted.selects)
    query = fill(
        "purchasers",
        tables={"bought": bought},
        first=step_of(exp.Min(this=exp.column("at")), base.grid),
        last=step_of(exp.Max(this=exp.column("at")), base.grid),
        arm=[named(exp.Min(this=column("_arm")), "_arm")] if arms else [],
    )
    attributes = [] if arms else [one for one in of_names(project, base.dimensions) if one.kind == base.unit]
    if not attributes and base.category is None:
        return query
    began = f"began_{name}"
    engine.table(began, query)
    described = exp.select("began.*").from_(exp.alias_(exp.to_table(began), "began", table=True))
    if base.category is not None:
        kinds = fill("purchases_categories", tables={"fact": counted}, observed=observed)
        own = exp.EQ(this=exp.column("unit", "kinds"), expression=exp.column("unit", "began"))
        described = described.join(kinds.subquery("kinds"), on=own, join_type="left")
        found = exp.func("COALESCE", exp.column("categories", "kinds"), integer(0))
        described = described.select(named(found, "categories"))
    told = "One row a customer: purchases, and what was known of them at their first purchase (empty where unknown)."
    return commented(with_attributes(described, began, attributes), told)
