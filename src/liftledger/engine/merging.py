"""Merging: rows that continue an earlier row of their unit are left out, such as a ticket that was opened again.

An earlier row counts whether it is kept itself or not: from mail to chat and back within the span is one contact. Of
rows at one instant, one comes first, by their contents; blank values are neither the same nor others.
"""

from collections.abc import Sequence
from itertools import combinations

from sqlglot import exp

from liftledger.domain.fact import Fact, Field, Merge
from liftledger.engine.columns import AT, ID, UNIT, Columns, Held
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, any_of, column, integer, named, span, when
from liftledger.engine.template import fill

TURN, TIED = "_turn", "_tied"


def merged(engine: Engine, columns: Columns, table: str) -> exp.Query:
    """The rows of `table` that count."""
    fact = columns.raw.fact
    marked, kept = f"marked_{fact.name}", f"kept_{fact.name}"
    engine.table(marked, _marked(fact, table))
    engine.table(kept, _kept(columns, marked))
    return fill("merged", tables={"kept": kept, "marked": marked}, columns=_names(columns))


def _kept(columns: Columns, marked: str) -> exp.Query:
    """Of the rows that a rule could concern, those that continue none."""
    fact = columns.raw.fact
    earlier = [f"_earlier_{place}" for place in range(1, len(fact.merge) + 1)]
    continues = [_continues(fact, rule, name) for rule, name in zip(fact.merge, earlier, strict=True)]
    return fill(
        "merge",
        tables={"marked": marked},
        columns=_names(columns),
        turn=_window(exp.RowNumber(), [column(UNIT)], [column(AT), *_contents(columns)]),
        earlier=[named(_earlier(fact, rule), name) for rule, name in zip(fact.merge, earlier, strict=True)],
        counts=exp.Not(this=exp.paren(any_of(continues))),
    )


def _names(columns: Columns) -> list[exp.Expr]:
    return [column(one.name) for one in columns.held]


def _marked(fact: Fact, table: str) -> exp.Query:
    """Rows with whether a rule can concern them at all: most are alone, and need not be put in any order."""
    found = [f"several_{place}" for place in range(1, len(fact.merge) + 1)]
    several = any_of([_present(column(UNIT, source)) for source in found])
    query = fill("marked", tables={"fact": table}, several=exp.paren(several))
    assert isinstance(query, exp.Select)
    for rule, source in zip(fact.merge, found, strict=True):
        keys = [column(UNIT), *(column(name) for name in rule.same)]
        values = [_plain(column(name), fact.field(name)) for name in rule.differs]
        differ: list[exp.Expr] = [
            exp.NEQ(this=exp.Min(this=one), expression=exp.Max(this=one.copy())) for one in values
        ]
        more = exp.GT(this=exp.Count(this=exp.Star()), expression=integer(1))
        groups = fill("together", tables={"fact": table}, keys=keys, several=all_of([more, *differ]))
        same = [exp.EQ(this=column(key.name, source), expression=column(key.name, "fact")) for key in keys]
        query = query.join(groups.subquery(source), on=all_of([*same]), join_type="left")
    return query


def _continues(fact: Fact, rule: Merge, earlier: str) -> exp.Expr:
    blank = [column(name) for name in (*rule.same, *rule.differs) if fact.field(name).optional]
    return all_of([*(_present(one) for one in blank), exp.GT(this=column(earlier), expression=integer(0))])


def _earlier(fact: Fact, rule: Merge) -> exp.Expr:
    """How many earlier rows the row continues.

    Those with other values in all of `differs` are counted by inclusion and exclusion: all, less those that have a
    value in common, and so on. So one pass over each unit's rows does, however many there are.
    """
    keys: list[exp.Expr] = [column(UNIT), *(column(name) for name in rule.same)]
    # blank values are not others
    keys += [
        when(exp.Is(this=column(name), expression=exp.Null()), integer(0), integer(1))
        for name in rule.differs
        if fact.field(name).optional
    ]
    found: exp.Expr | None = None
    for number in range(len(rule.differs) + 1):
        for shared in combinations(rule.differs, number):
            counted = _before([*keys, *(column(name) for name in shared)], rule.within)
            if found is None:
                found = counted
            else:
                found = (exp.Sub if number % 2 else exp.Add)(this=found, expression=exp.paren(counted))
    assert found is not None
    return found


def _before(keys: Sequence[exp.Expr], within: int | None) -> exp.Expr:
    """How many rows with the same keys come before the row, at most `within` microseconds."""
    turn = _window(exp.RowNumber(), keys, [column(TURN)])
    before = exp.Sub(this=turn, expression=integer(1))
    if within is None:
        return before
    older = exp.WindowSpec(
        kind="RANGE", start="UNBOUNDED", start_side="PRECEDING", end=_beyond(within), end_side="PRECEDING"
    )
    return exp.Sub(this=before, expression=_window(exp.Count(this=exp.Star()), keys, [column(AT)], older))


def _beyond(within: int) -> exp.Expr:
    further = integer(within + 1)
    further.add_comments([f" more than{length}" for length in span(within).comments or ()])
    return further


def _window(
    function: exp.Expr, keys: Sequence[exp.Expr], by: Sequence[exp.Expr], spec: exp.WindowSpec | None = None
) -> exp.Window:
    order = exp.Order(expressions=[exp.Ordered(this=one, nulls_first=True) for one in by])
    return exp.Window(this=function, partition_by=[key.copy() for key in keys], order=order, spec=spec)


def _contents(columns: Columns) -> list[exp.Expr]:
    """What tells rows of one instant apart: their id, else all columns."""
    ids = [one for one in columns.held if one.name == ID]
    told = [_comparable(one) for one in ids or columns.held if one.name not in (UNIT, AT)]
    return [when(column(TIED), one) for one in told]


def _comparable(held: Held) -> exp.Expr:
    """Texts by their MD5, whose order no engine's locale changes."""
    value = column(held.name)
    return exp.MD5(this=value) if held.field.type.name == "text" else _plain(value, held.field)


def _plain(value: exp.Expr, field: Field) -> exp.Expr:
    """Booleans as numbers: not every engine knows the larger of two."""
    if field.type.name != "boolean":
        return value
    false = exp.Not(this=value.copy())
    return exp.Case(ifs=[exp.If(this=value, true=integer(1)), exp.If(this=false, true=integer(0))])


def _present(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value, expression=exp.Null()))
