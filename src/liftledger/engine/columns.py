"""The columns of a fact's table: typed, and each row marked where a value does not fit."""

import msgspec
from sqlglot import exp

from liftledger.domain.expression import TEXT, Expression
from liftledger.domain.fact import Fact, Field
from liftledger.engine.render import all_of, any_of, column, commented, named, render
from liftledger.engine.sources.raw import Raw, fields
from liftledger.engine.typed import blank, needs_parsing, typed, with_instants

UNIT, AT, ID, FITS = "_unit", "_at", "_id", "_fits"
TYPED = "typed"
ROWS = "One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit."
TIMES = "Times are microseconds since 1970 in UTC; patterns say which texts are a time."
SMALLEST = "Money and decimals are whole numbers of their smallest unit, such as cents."


class Held(msgspec.Struct, frozen=True):
    """A source column that the typed table holds, under its name there."""

    name: str
    field: Field


class Columns(msgspec.Struct, frozen=True):
    """How a fact's source becomes its table; `number`: its units are integers."""

    raw: Raw
    number: bool
    passed: tuple[str, ...] = ()  # columns of the source that the table has as they are

    @property
    def held(self) -> tuple[Held, ...]:
        return held(self.raw.fact)

    @property
    def parsing(self) -> bool:
        """Whether reading the source costs more than reading a table."""
        types = self.raw.columns
        parsed = (needs_parsing(types[one.field.column], one.field) for one in self.held if one.name != UNIT)
        return self.raw.text or any(parsed)

    def rows(self) -> exp.Query:
        """Typed columns, and whether all of them fit: a required one fits when it is not NULL."""
        selected: list[exp.Expr] = [named(self._value(one), one.name) for one in self.held]
        if self.raw.fact.unit is None:
            selected.insert(0, named(exp.Window(this=exp.RowNumber()), UNIT))
        fits = [_present(column(one.name)) for one in self.held if not one.field.optional]
        for one in (one for one in self.held if one.field.optional):
            selected.append(named(self._fit(one), f"{FITS}_{one.name}"))
            fits.append(column(f"{FITS}_{one.name}"))
        selected += [column(name) for name in self.passed]
        fits += [holds(render(condition, TYPED)) for condition in self.raw.fact.must]
        source = self.prepared(self.raw.query)
        values = exp.select(*selected).from_(source.subquery("raw"))
        rows = exp.select(exp.Star(), named(all_of(fits), FITS)).from_(values.subquery(TYPED))
        types = {one.field.type.name for one in self.held}
        told = [TIMES] if "time" in types else []
        told += [SMALLEST] if types & {"money", "decimal"} else []
        return commented(rows, ROWS, *told)

    def prepared(self, query: exp.Query) -> exp.Query:
        """The source's rows with what typing them needs besides."""
        return with_instants(query.copy(), list(dict.fromkeys(fields(self.raw.fact))), self.raw.columns)

    def checks(self) -> dict[Field | Expression, exp.Expr]:
        """Whether each field's value fits, and whether the row meets each condition, over the source's columns."""
        checks: dict[Field | Expression, exp.Expr] = {one.field: self._fit(one) for one in self.held}
        checks.update((one, self.over_source(holds(render(one, TYPED)))) for one in self.raw.fact.must)
        return checks

    def over_source(self, tree: exp.Expr) -> exp.Expr:
        """A tree over the columns of the typed table, as one over those of the source."""
        held = {one.name: one for one in self.held}

        def replaced(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Column) and node.table == TYPED:
                return exp.paren(self._value(held[node.name]))
            return node

        return tree.transform(replaced)

    def _value(self, held: Held) -> exp.Expr:
        source, source_type = exp.column(held.field.column, quoted=True), self.raw.columns[held.field.column]
        if held.name == UNIT and self.number:
            return exp.cast(source, "BIGINT")
        return typed(source, source_type, held.field)

    def _fit(self, held: Held) -> exp.Expr:
        present = _present(exp.paren(self._value(held)))
        if not held.field.optional:
            return present
        source = exp.column(held.field.column, quoted=True)
        return exp.paren(any_of([present, blank(source, self.raw.columns[held.field.column])]))


def held(fact: Fact) -> tuple[Held, ...]:
    """The columns of a fact's table that hold its source's."""
    keys = _key(UNIT, "unit", fact.unit)
    keys += [] if fact.time is None else [Held(AT, fact.time)]
    keys += _key(ID, "id", fact.id)
    return (*keys, *(Held(field.name, field) for field in fact.columns))


def _key(name: str, spoken: str, source: str | None) -> list[Held]:
    return [] if source is None else [Held(name, Field(spoken, source, TEXT))]


def holds(condition: exp.Expr) -> exp.Expr:
    """Whether it is true: what cannot be said of a blank value is not."""
    return exp.func("COALESCE", exp.paren(condition), exp.false())


def _present(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value, expression=exp.Null()))
