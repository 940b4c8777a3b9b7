"""Intake: when each unit was first assigned, and to which arm, whatever the date of a report.

A unit's first assignment is the same at every date by which it was assigned at all, so that the cohort of a date is a
choice of rows, and units that come later are added to those that are there. Only rows that are earlier than what is
known of their unit have it all read again.
"""

import msgspec
from sqlglot import exp

from liftledger.domain.project import Project
from liftledger.domain.study import Study
from liftledger.engine.cohort import assignments, first_arms, first_stranger
from liftledger.engine.engine import Engine
from liftledger.engine.facts import table_of
from liftledger.engine.render import column, commented, moment, named
from liftledger.engine.template import fill


class Intake(msgspec.Struct, frozen=True):
    """What is kept of a study's assignments besides its units."""

    version: str  # of the fact, as far as it was taken in
    last: int | None  # the last instant at which it knows of anything
    unnamed: int | None  # the first at which some unit was in an arm that the study does not name
    crossed: tuple[str, ...] = ()  # tables of the store: units seen in another arm than their first, and when


class Added(msgspec.Struct, frozen=True):
    """A table of the rows that a fact has more than at a version of it."""

    since: str
    rows: str


class Taken(msgspec.Struct, frozen=True):
    """What rows of assignments say: a table of `unit`, `start` and `arm`, and others like those that are kept."""

    units: str
    crossed: tuple[exp.Query, ...]  # to be kept
    unnamed: int | None


def taken(engine: Engine, project: Project, study: Study) -> Taken:
    """Of all rows."""
    table, units = table_of(study.assignment.fact), f"assigned_{study.name}"
    crossed = first_arms(engine, study, assignments(project, study, table, None), units)
    unnamed = first_stranger(engine, project, study, table)
    return Taken(units, () if crossed is None else (crossed,), unnamed)


def more(engine: Engine, project: Project, study: Study, rows: str, kept: exp.Query) -> Taken | None:
    """Of rows that came in addition, of the units that are new; None: one that is known was assigned earlier.

    `kept`: the units that are known.
    """
    name, assigned = study.name, assignments(project, study, rows, None)
    came = exp.select(column("unit")).distinct().from_(assigned.subquery("assignments"))
    engine.table(f"came_{name}", commented(came, "Units that rows of assignments came for."))
    known = f"known_{name}"
    engine.table(known, fill("known_units", tables={"kept": kept, "came": f"came_{name}"}))
    both: dict[str, str | exp.Query] = {"assignments": assigned, "known": known}
    if engine.rows(f"{name}: earlier assignments", fill("earlier", tables=both))[0][0]:
        return None
    units = f"entering_{name}"
    crossed = first_arms(engine, study, fill("entering", tables=both), units)
    again = fill("crossed", tables={"assigned": known, "assignments": assigned})
    unnamed = first_stranger(engine, project, study, rows)
    return Taken(units, (again,) if crossed is None else (again, crossed), unnamed)


def crossed(rows: exp.Query) -> exp.Query:
    """What several tables say of when units were first seen in another arm, as one row a unit."""
    first = [named(exp.Min(this=column(name)), name) for name in ("_arm", "_other")]
    query = exp.select(column("_unit"), *first).from_(rows.subquery("crossed")).group_by(column("_unit"))
    return commented(query, "One row a unit that was seen in several arms: its first, and when another was first seen.")


def assigned(rows: exp.Query, as_of: int | None) -> exp.Query:
    """Units of a cohort's table as they were assigned by a date; None: by any."""
    query = exp.select(named(column("_start"), "start"), named(column("_arm"), "arm")).from_(rows.subquery("kept"))
    return query if as_of is None else query.where(before(column("_start"), as_of))


def before(at: exp.Expr, as_of: int) -> exp.Expr:
    """Whether something happened before a date."""
    return exp.LT(this=at, expression=moment(as_of))


def latest(engine: Engine, study: Study, crossed: exp.Query | None) -> int | None:
    """When a unit was last seen in another arm for the first time."""
    if crossed is None:
        return None
    query = exp.select(named(exp.Max(this=column("_other")), "last")).from_(crossed.subquery("crossed"))
    [(found,)] = engine.rows(f"{study.name}: last crossing", commented(query, "When the last unit crossed."))
    return int(found)
