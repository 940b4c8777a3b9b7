"""Purchases: rows become steps of the base's grid, and steps that add up to more than 0 are purchases.

So returns and negative amounts are netted where they happen.
"""

import msgspec
from sqlglot import exp

from liftledger.domain.customers import Purchases
from liftledger.domain.expression import columns
from liftledger.domain.project import Project
from liftledger.engine.cohort import Cohort
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.steps import step_of
from liftledger.engine.render import all_of, column, commented, integer, moment, named, render
from liftledger.engine.template import fill


class Bought(msgspec.Struct, frozen=True):
    """`table`: a row a purchase: unit, at (of its first row), amount and, in a study, `_arm`; and what was left out.

    Amounts are in minor units; where the base has no amount, each row counts 1.
    """

    table: str
    steps: str  # table of all steps, those that are no purchases too
    end: int  # the first step that had not ended at the date: of it and later ones nothing counts
    rows: int
    unfinished: int  # rows of that step before the date
    negative: int  # rows below 0
    void: int  # steps whose rows add up to 0 or less
    returned: int  # what these add up to: 0 or less; it is in no revenue
    nobody: int  # units all of whose steps are void: no customers


def bought(
    engine: Engine, project: Project, base: Purchases, as_of: int, rows: str, cohort: Cohort | None, name: str
) -> Bought:
    """Makes the table of purchases up to a date; of a cohort's units those from their start on."""
    source, end = _source(project, base, rows, cohort), as_of // base.grid
    engine.view(f"counting_{name}", source)
    tables = {"fact": f"counting_{name}", "steps": f"steps_{name}"}
    observed = exp.LT(this=column(AT, "fact"), expression=moment(end * base.grid))
    before = exp.LT(this=column(AT, "fact"), expression=moment(as_of))
    [(seen, negative, unfinished)] = engine.rows(
        f"{name}: rows of purchases", fill("purchase_rows", tables=tables, observed=observed, before=before)
    )
    arms = [] if cohort is None else [column("_arm")]
    steps = fill(
        "purchase_steps",
        tables=tables,
        step=step_of(column(AT, "fact"), base.grid),
        observed=observed,
        arm_of_row=arms,
        arm=[named(exp.Min(this=one), "_arm") for one in arms],
    )
    engine.table(tables["steps"], steps, rows_in=int(seen))
    engine.view(f"bought_{name}", fill("purchases", tables=tables))
    [(void, returned)] = engine.rows(f"{name}: steps without a purchase", fill("purchases_void", tables=tables))
    nobody = 0
    if void:
        [(nobody,)] = engine.rows(f"{name}: units without a purchase", fill("purchases_nobody", tables=tables))
    return Bought(
        table=f"bought_{name}",
        steps=tables["steps"],
        end=end,
        rows=int(seen),
        unfinished=int(unfinished),
        negative=int(negative),
        void=int(void),
        returned=int(returned),
        nobody=int(nobody),
    )


def categories_of(base: Purchases, name: str, end: int) -> exp.Query:
    """A row a unit: how many categories its rows above 0 name."""
    observed = exp.LT(this=column(AT, "fact"), expression=moment(end * base.grid))
    return fill("purchases_categories", tables={"fact": f"counting_{name}"}, observed=observed)


def _source(project: Project, base: Purchases, rows: str, cohort: Cohort | None) -> exp.Select:
    """The rows that are purchases, with what each is worth; those of a cohort's units with their arm."""
    at, unit = column(AT, "fact"), column(UNIT, "fact")
    selected: list[exp.Expr] = [unit, at, named(_amount(project, base), "amount")]
    if base.category is not None:
        selected.append(named(column(base.category, "fact"), "category"))
    conditions = [] if base.where is None else [render(base.where, "fact")]
    query = exp.select(*selected).from_(exp.alias_(exp.to_table(rows), "fact", table=True))
    if cohort is not None:
        same = exp.EQ(this=column(UNIT, "cohort"), expression=unit.copy())
        query = query.join(exp.alias_(exp.to_table(cohort.table), "cohort", table=True), on=same)
        query = query.select(column("_arm", "cohort"))
        if cohort.dated:
            conditions.append(exp.GTE(this=at.copy(), expression=column("_start", "cohort")))
    elif project.fact(base.fact).keyed_by != base.unit:  # rows of units that belong to nobody
        conditions.append(exp.Not(this=exp.Is(this=unit.copy(), expression=exp.Null())))
    query = query.where(all_of(conditions)) if conditions else query
    return commented(query, f"The rows of {base.fact} that are purchases, and what each is worth.")


def _amount(project: Project, base: Purchases) -> exp.Expr:
    """What a row is worth: where an optional column is blank, nothing; where rows are only counted, each is 1."""
    if base.amount is None:
        return integer(1)
    value = render(base.amount, "fact")
    optional = {field.name for field in project.fact(base.fact).columns if field.optional}
    return exp.func("COALESCE", value, integer(0)) if columns(base.amount) & optional else value
