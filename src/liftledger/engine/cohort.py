"""Cohorts: who was assigned to which arm, since when; one row a unit, kept in the engine.

A unit seen in two arms keeps its first (intention to treat) and is counted. Where a study's units belong to parents
(users to accounts) and a metric lives on the parent, the parent takes the arm of its first unit, once.
"""

from collections.abc import Callable, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.instant import instant
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED, Exposure, Relation, Study
from liftledger.engine.attributes import Attribute, attributes, described, started
from liftledger.engine.columns import AT, UNIT
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import all_of, column, commented, integer, moment, named, render, total
from liftledger.engine.template import fill

Keep = Callable[[str, exp.Query], None]  # makes a cohort's table of this name; an engine's own is temporary


class Crossing(msgspec.Struct, frozen=True):
    """Units of one first arm that turned up in another arm on one UTC day (microseconds)."""

    arm: str
    day: int
    units: int


class Randomised(msgspec.Struct, frozen=True):
    """Assigned units of one arm in one period of constant planned shares."""

    arm: str
    period: int
    units: int


class Cohort(msgspec.Struct, frozen=True):
    """A study's analysed units: a table of `_unit`, `_arm` (index into study.arms), `_start` and `by(dimension)`."""

    study: Study
    kind: str  # unit kind of the rows
    table: str
    dimensions: tuple[str, ...]
    dated: bool
    above: tuple[Attribute, ...] = ()  # that the study's metrics ask for, of units of other kinds: the parents


class Enrolment(msgspec.Struct, frozen=True):
    """What was counted while the cohort was made."""

    cohort: Cohort
    randomised: tuple[Randomised, ...]
    first: int | None
    last: int | None
    crossings: tuple[Crossing, ...]
    exposed: dict[str, int] | None  # arm -> units with an exposure; None: the study declares none


class Parents(msgspec.Struct, frozen=True):
    """The cohort of the parents of a study's units."""

    cohort: Cohort
    contaminated: int


def dated(project: Project, study: Study) -> bool:
    """Whether the study's assignments have a time."""
    fact = project.fact(study.assignment.fact)
    return study.assignment.time is not None or not fact.wide


def planned(project: Project, study: Study) -> Cohort:
    """The cohort that `settle` makes."""
    is_dated = dated(project, study)
    own, above = _attributes(project, study)
    dimensions = _dimensions(own, started=is_dated and started(project, study))
    return Cohort(study, study.unit, f"cohort_{study.name}", dimensions, is_dated, above)


def of_parents(cohort: Cohort, kind: str) -> Cohort:
    """The cohort of the parents of another's units; its table is called as no study's own can be."""
    own = [one for one in cohort.above if one.kind == kind]
    dimensions = _dimensions(own, started=STARTED in cohort.dimensions)
    return Cohort(cohort.study, kind, f"above_{cohort.study.name}__{kind}", dimensions, cohort.dated)


def enrol(engine: Engine, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
    """Makes `assigned_<study>`, one row a unit, and counts it."""
    table = keyed(engine, project, study.assignment.fact, study.unit)
    if mistakes := strangers(engine, project, study, table, as_of):
        return mistakes
    assigned = f"assigned_{study.name}"
    crossed = first_arms(engine, study, assignments(project, study, table, as_of), assigned)
    crossings = () if crossed is None else crossings_of(engine, study, crossed)
    randomised, first, last = counted(engine, study, assigned)
    if not randomised:
        return (nobody(study, as_of),)
    cohort = planned(project, study)
    if not cohort.dated:
        first = last = None
    exposed = _exposed(engine, project, study, study.exposure, as_of) if study.exposure else None
    return Enrolment(cohort, randomised, first, last, crossings, exposed)


def assignments(project: Project, study: Study, table: str, as_of: int | None) -> exp.Query:
    """Rows of a table that assign a unit to an arm by a date; None: by any, to an arm that the study names."""
    conditions = _conditions(project, study, as_of)
    at, arm = _start(project, study), _arm(study)
    if as_of is None:
        perhaps = ([at] if study.assignment.time else []) + ([arm] if study.assignment.arm else [])
        conditions += [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in perhaps]
    return fill("assignments", tables={"fact": table}, at=at, arm=arm, counts=all_of(conditions))


def first_arms(engine: Engine, study: Study, rows: exp.Query, name: str) -> exp.Query | None:
    """Makes a table of units with their first `start` and `arm`; and gives those seen in another arm, if any were."""
    seen = f"seen_{name}"
    engine.table(seen, fill("assigned", tables={"assignments": rows}))
    if not _contaminated(engine, study, seen):
        text = "No unit was seen in several arms: each keeps the arm that it was seen in."
        engine.view(name, commented(exp.select("*").from_(seen), text))
        return None
    tables: dict[str, str | exp.Query] = {"assigned": seen, "assignments": rows}
    engine.table(name, fill("first_arms", tables=tables))
    return fill("crossed", tables={**tables, "assigned": name})


def crossings_of(engine: Engine, study: Study, crossed: exp.Query) -> tuple[Crossing, ...]:
    """Counts rows of `crossed`."""
    query = fill("crossings", tables={"crossed": crossed})
    found = engine.rows(f"{study.name}: units seen in several arms", query)
    return tuple(sorted((Crossing(study.arms[a], d, n) for a, d, n in found), key=lambda c: (c.arm, c.day)))


def counted(
    engine: Engine, study: Study, assigned: str | exp.Query
) -> tuple[tuple[Randomised, ...], int | None, int | None]:
    """Units with their `start` and `arm`: how many there are, and when the first and the last was assigned."""
    query = fill("randomised", tables={"assigned": assigned}, period=_period(study))
    found = engine.rows(f"{study.name}: assigned units", query)
    randomised = (Randomised(study.arms[arm], period, units) for arm, period, units, *_ in found)
    return (
        tuple(sorted(randomised, key=lambda one: (one.period, one.arm))),
        min((row[3] for row in found), default=None),
        max((row[4] for row in found), default=None),
    )


def settle(
    engine: Engine, project: Project, enrolment: Enrolment, *, from_exposure: bool, keep: Keep | None = None
) -> None:
    """Makes the cohort's table: from first exposures, or from assignments."""
    cohort = enrolment.cohort
    name = cohort.study.name
    own, _ = _attributes(project, cohort.study)
    _keep(engine, cohort, f"exposed_{name}" if from_exposure else f"assigned_{name}", own, keep)


def attributed(engine: Engine, project: Project, cohort: Cohort, began: str) -> exp.Query:
    """Units of a table with `unit`, `start` and `arm`, each with its attributes."""
    own, _ = _attributes(project, cohort.study)
    return described(engine, cohort.table, began, own, started=STARTED in cohort.dimensions)


def _keep(engine: Engine, cohort: Cohort, began: str, about: Sequence[Attribute], keep: Keep | None) -> None:
    rows = described(engine, cohort.table, began, about, started=STARTED in cohort.dimensions)
    (keep or engine.table)(cohort.table, rows)


def _attributes(project: Project, study: Study) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    """Those of the study's own units, and those of others."""
    found = attributes(project, study)
    own = tuple(one for one in found if one.kind == study.unit)
    return own, tuple(one for one in found if one.kind != study.unit)


def _dimensions(about: Sequence[Attribute], *, started: bool) -> tuple[str, ...]:
    return tuple(sorted([*(one.name for one in about), *([STARTED] if started else [])]))


def parents(engine: Engine, cohort: Cohort, relation: Relation, keep: Keep | None = None) -> Parents:
    """The parents of the cohort's units, each once, in the arm of its first unit."""
    began = f"parents_{cohort.study.name}__{relation.parent}"
    query = fill(
        "parents",
        tables={"cohort": cohort.table, "link": table_of(relation.fact)},
        parent=column(relation.column, "link"),
        arms=integer(len(cohort.study.arms)),
    )
    engine.table(began, query)
    [(contaminated,)] = engine.rows(
        f"{cohort.study.name}: {relation.parent}s with units in several arms",
        commented(
            exp.select(named(total(exp.column("contaminated")), "units")).from_(began),
            "Parents with units in several arms.",
        ),
    )
    found = of_parents(cohort, relation.parent)
    _keep(engine, found, began, [one for one in cohort.above if one.kind == relation.parent], keep)
    return Parents(found, int(contaminated))


def keyed(engine: Engine, project: Project, fact: str, kind: str, rows: str | None = None) -> str:
    """Name of a table with the fact's rows whose `_unit` is of `kind`: the fact itself, or joined to its parents.

    `rows`: the table with those of the fact's rows that are asked for; None: all of them.
    """
    own, rows = project.fact(fact).keyed_by, rows or table_of(fact)
    name = keyed_name(project, fact, kind, rows)
    if name == rows:
        return name
    relation = project.relation(own, kind)
    assert relation is not None
    parent = named(column(relation.column, "link"), UNIT)
    held = project.fact(fact)
    names = ([AT] if held.time else []) + [field.name for field in held.columns]
    query = exp.select(parent, *(column(one, "fact") for one in names)).from_(
        exp.alias_(exp.to_table(rows), "fact", table=True)
    )
    link = exp.alias_(exp.to_table(table_of(relation.fact)), "link", table=True)
    query = query.join(link, on=exp.EQ(this=column(UNIT, "link"), expression=column(UNIT, "fact")))
    engine.view(name, commented(query, f"The rows of {fact} by {kind} instead of by {own}."))
    return name


def keyed_name(project: Project, fact: str, kind: str, rows: str | None = None) -> str:
    """What `keyed` calls its table: as no fact's own can be."""
    rows = rows or table_of(fact)
    return rows if project.fact(fact).keyed_by == kind else f"by_{kind}__{rows}"


def unrelated(engine: Engine, table: str, relation: Relation) -> int:
    """Units of a table that the relation gives no parent."""
    known = (
        exp.select(column(UNIT))
        .from_(table_of(relation.fact))
        .where(exp.Not(this=exp.Is(this=column(relation.column), expression=exp.Null())))
    )
    inside = exp.In(this=column(UNIT), query=known.subquery())
    units = named(exp.Count(this=exp.Distinct(expressions=[column(UNIT)])), "units")
    query = commented(
        exp.select(units).from_(table).where(exp.Not(this=inside)), f"Units of which no {relation.parent} is known."
    )
    return int(engine.rows(f"{table}: units without {relation.parent}", query)[0][0])


def _start(project: Project, study: Study) -> exp.Expr:
    if study.assignment.time is not None:
        return column(study.assignment.time, "fact")
    return integer(0) if project.fact(study.assignment.fact).wide else column(AT, "fact")


def _conditions(project: Project, study: Study, as_of: int | None) -> list[exp.Expr]:
    where = study.assignment.where
    conditions = [] if where is None else [render(where, "fact")]
    if not dated(project, study):
        return conditions
    at = _start(project, study)
    if as_of is not None:
        conditions.append(exp.LT(this=at.copy(), expression=moment(as_of)))
    if study.start is not None:
        conditions.append(exp.GTE(this=at.copy(), expression=moment(study.start)))
    if study.end is not None:
        conditions.append(exp.LT(this=at.copy(), expression=moment(study.end)))
    return conditions


def _arm(study: Study) -> exp.Expr:
    """The arm's index in study.arms; NULL for an arm that the study does not name."""
    if study.assignment.arm is None:
        return integer(0)
    label = column(study.assignment.arm, "fact")
    cases = [
        exp.If(this=exp.EQ(this=label.copy(), expression=exp.Literal.string(arm)), true=integer(index))
        for index, arm in enumerate(study.arms)
    ]
    return exp.Case(ifs=cases)


def _period(study: Study) -> exp.Expr:
    """Index of the period of constant planned shares that a unit was assigned in."""
    cases = [
        exp.If(this=exp.GTE(this=exp.column("start"), expression=moment(shares.start)), true=integer(index))
        for index, shares in reversed(list(enumerate(study.shares)))
        if shares.start is not None
    ]
    return exp.Case(ifs=cases, default=integer(0)) if cases else integer(0)


def strangers(engine: Engine, project: Project, study: Study, table: str, as_of: int) -> tuple[Mistake, ...]:
    """Arms in rows that count, which the study does not name."""
    if study.assignment.arm is None:
        return ()
    conditions = [*_conditions(project, study, as_of), exp.Is(this=_arm(study), expression=exp.Null())]
    label = column(study.assignment.arm, "fact")
    found = engine.rows(
        f"{study.name}: arms that it does not name",
        fill(
            "strangers",
            tables={"fact": table},
            label=label,
            counts=all_of(conditions),
        ),
    )
    named = ", ".join(repr(arm) for arm in study.arms)
    return tuple(
        Mistake(
            f"studies.{study.name}",
            None,
            f"{'1 row' if rows == 1 else f'{rows} rows'} of fact {study.assignment.fact!r}"
            f" {'is' if rows == 1 else 'are'} in arm {label!r}, which the study does not name",
            f"it names {named}; add the arm, or leave such rows out with assignment.where",
        )
        for label, rows in sorted((str(label), rows) for label, rows in found)
    )


def first_stranger(engine: Engine, project: Project, study: Study, table: str) -> int | None:
    """When some unit was first seen in an arm that the study does not name."""
    if study.assignment.arm is None:
        return None
    at, unnamed = _start(project, study), exp.Is(this=_arm(study), expression=exp.Null())
    query = exp.select(named(exp.Min(this=at), "first")).from_(exp.alias_(exp.to_table(table), "fact", table=True))
    query = query.where(all_of([*_conditions(project, study, None), unnamed]))
    commented(query, "When an arm that is not named was first seen.")
    [(found,)] = engine.rows(f"{study.name}: the first arm that it does not name", query)
    return None if found is None else int(found)


def nobody(study: Study, as_of: int) -> Mistake:
    """There is no unit to report on."""
    text = f"no unit was assigned before the report's date, {instant(as_of)}"
    return Mistake(f"studies.{study.name}", None, text, "check start, end, assignment.where and --as-of")


def _contaminated(engine: Engine, study: Study, seen: str) -> bool:
    several = named(exp.func("COALESCE", exp.Max(this=exp.column("contaminated")), integer(0)), "any_unit")
    query = commented(exp.select(several).from_(seen), "1 where any unit was seen in several arms, else 0.")
    return bool(engine.rows(f"{study.name}: is any unit in several arms", query)[0][0])


def _exposed(engine: Engine, project: Project, study: Study, exposure: Exposure, as_of: int) -> dict[str, int]:
    table = keyed(engine, project, exposure.fact, study.unit)
    fact = project.fact(exposure.fact)
    at = integer(0) if fact.wide else column(AT, "fact")
    conditions = [] if exposure.where is None else [render(exposure.where, "fact")]
    if not fact.wide:
        conditions.append(exp.LT(this=at.copy(), expression=moment(as_of)))
    query = fill(
        "exposed", tables={"assigned": f"assigned_{study.name}", "fact": table}, at=at, counts=all_of(conditions)
    )
    engine.table(f"exposed_{study.name}", query)
    arm = exp.column("arm")
    counted = (
        exp.select(arm, named(exp.Count(this=exp.Star()), "units")).from_(f"exposed_{study.name}").group_by(arm.copy())
    )
    found: dict[int, int] = dict(
        engine.rows(f"{study.name}: exposed units", commented(counted, "Exposed units by arm."))
    )
    return {arm: found.get(index, 0) for index, arm in enumerate(study.arms)}


def sizes(engine: Engine, cohort: Cohort) -> dict[str, int]:
    """Units of each arm that has some."""
    rows = exp.select(column("_arm"), named(exp.Count(this=exp.Star()), "units")).from_(cohort.table)
    query = commented(rows.group_by(column("_arm")), "Units of each arm.")
    found = engine.rows(f"{cohort.study.name}: {cohort.kind} by arm", query)
    return {cohort.study.arms[int(arm)]: int(units) for arm, units in sorted(found)}
