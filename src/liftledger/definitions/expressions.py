"""`where` and `value`: from text to the typed tree of `domain.expression`.

sqlglot parses, and what it returns is rebuilt node by node from an allow-list: columns of the one fact, literals,
comparisons, AND OR NOT IN BETWEEN, IS NULL, + - *, abs and coalesce. Numbers stay exact: both sides of a sum or a
comparison are brought to one scale, products add theirs.
"""

from collections.abc import Mapping
from typing import Any, Literal

from liftledger.definitions import times
from liftledger.definitions.notes import Unfit, instead
from liftledger.definitions.tokens import DIGITS_MAX, tokens
from liftledger.definitions.values import is_name
from liftledger.domain.expression import (
    BOOLEAN,
    INTEGER,
    TEXT,
    TIME,
    And,
    Arithmetic,
    Column,
    Comparison,
    Expression,
    Function,
    Instant,
    Membership,
    Missing,
    Not,
    Number,
    Or,
    Text,
    Truth,
    Type,
    TypeName,
)
from liftledger.domain.mistake import Mistake

Wanted = Literal["condition", "number", "any"]

DEPTH_MAX = 50
SCALE_MAX = 18
COMPARISONS: dict[str, Literal["=", "<>", "<", "<=", ">", ">="]] = {
    "EQ": "=",
    "NEQ": "<>",
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
}
SUMS: dict[str, Literal["+", "-"]] = {"Add": "+", "Sub": "-"}
EXAMPLES: dict[TypeName, str] = {"integer": "integer", "money": "money", "boolean": "boolean", "time": "time"}


def parse_expression(
    text: str,
    fields: Mapping[str, Type],
    *,
    wanted: Wanted = "any",
    home: str = "columns",
    place: str = "",
    line: int | None = None,
) -> Expression | Mistake:
    """The tree of an expression over `fields`, or why there is none.

    `home` is where columns are declared, for the cure; `place` and `line` are where the text stands.
    """
    try:
        return typed(text, fields, wanted=wanted, home=home)
    except Unfit as unfit:
        return Mistake(place, line, unfit.found, unfit.cure)


def typed(text: str, fields: Mapping[str, Type], *, wanted: Wanted = "any", home: str = "columns") -> Expression:
    """As `parse_expression`, but raises Unfit."""
    typer = _Typer(fields, home)
    found = typer.expression(_parsed(text), 0)
    if wanted == "condition":
        return typer.condition(found)
    if wanted == "number":
        return typer.number(found, "money")
    return found


def _parsed(text: str) -> Any:
    from sqlglot import exp
    from sqlglot.dialects.duckdb import DuckDB
    from sqlglot.errors import SqlglotError

    try:
        trees = DuckDB().parser().parse_into(exp.Condition, tokens(text), text)
    except (SqlglotError, RecursionError) as error:
        raise Unfit("the expression cannot be read", _near(error)) from None
    if len(trees) != 1 or trees[0] is None:
        raise Unfit("the expression cannot be read", "write one condition or one number")
    return trees[0]


def _near(error: Exception) -> str:
    details = getattr(error, "errors", None) or [{}]
    at = details[0].get("highlight") or ""
    return f"look near {at}" if at else "is something left out?"


class _Typer:
    """Rebuilds a parsed tree with types."""

    def __init__(self, fields: Mapping[str, Type], home: str) -> None:
        self.fields, self.home = fields, home

    def expression(self, node: Any, depth: int) -> Expression:
        if depth > DEPTH_MAX:
            raise Unfit(f"more than {DEPTH_MAX} operations stand inside each other", "say it in fewer")
        kind, deeper = type(node).__name__, depth + 1
        match kind:
            case "Paren":
                return self.expression(node.this, deeper)
            case "Column":
                return self._column(node)
            case "Literal":
                return Text(node.this) if node.is_string else _number(node.this)
            case "Boolean":
                return Truth(bool(node.this))
            case "Null":
                raise Unfit("NULL stands outside of IS NULL", "write `column IS NULL` or `column IS NOT NULL`")
            case "Neg":
                return self._minus(Number(0), self.number(self.expression(node.this, deeper), "integer"))
            case "Add" | "Sub":
                left, right = self.expression(node.this, deeper), self.expression(node.expression, deeper)
                return self._sum(SUMS[kind], left, right)
            case "Mul":
                return self._product(self.expression(node.this, deeper), self.expression(node.expression, deeper))
            case "EQ" | "NEQ" | "LT" | "LTE" | "GT" | "GTE":
                left, right = self.expression(node.this, deeper), self.expression(node.expression, deeper)
                return self._comparison(COMPARISONS[kind], left, right)
            case "And" | "Or":
                terms = tuple(self.condition(self.expression(term, deeper)) for term in _flat(node, kind))
                return And(terms) if kind == "And" else Or(terms)
            case "Not":
                return Not(self.condition(self.expression(node.this, deeper)))
            case "Is" if type(node.expression).__name__ == "Null":
                return Missing(self.expression(node.this, deeper))
            case "Is":
                raise Unfit("IS stands before something else than NULL", "write = or <>")
            case "In":
                return self._membership(node, deeper)
            case "Between" if not node.args.get("symmetric"):
                operand, low, high = (self.expression(node.args[part], deeper) for part in ("this", "low", "high"))
                return And((self._comparison(">=", operand, low), self._comparison("<=", operand, high)))
            case "Abs" | "Coalesce":
                return self._function(node, kind, deeper)
        raise Unfit(f"{node.key.upper()} cannot be used", "use comparisons, AND, OR, NOT, IN, IS NULL, + - *")

    def condition(self, node: Expression) -> Expression:
        if node.type != BOOLEAN:
            self._refuse_text_column(node, "boolean")
            raise Unfit(f"{_named(node)} is no condition", "compare it with something, such as `amount > 0`")
        return node

    def number(self, node: Expression, example: TypeName) -> Expression:
        if not node.type.numeric:
            self._refuse_text_column(node, example)
            cure = (
                "put the condition under `where`" if node.type == BOOLEAN else "numbers are integer, decimal or money"
            )
            raise Unfit(f"{_named(node)} is no number", cure)
        return node

    def _column(self, node: Any) -> Column:
        if any(node.args.get(part) for part in ("table", "db", "catalog", "join_mark")):
            raise Unfit(f"'{node.sql()}' names a table", f"write the column alone: {node.name}")
        name = str(node.name)
        if not is_name(name):
            plain = name.lower()
            cure = f"declare it under {self.home}: `{plain}: {{type: text, column: {name}}}`, and write {plain} here"
            raise Unfit(f"column '{name}' is not written in a-z, 0-9 and _", cure)
        try:
            return Column(name, self.fields[name])
        except KeyError:
            raise Unfit(f"there is no column '{name}'", instead(name, list(self.fields), "the columns are")) from None

    def _sum(self, operator: Literal["+", "-"], left: Expression, right: Expression) -> Expression:
        example: TypeName = right.type.name if right.type.numeric else left.type.name if left.type.numeric else "money"
        left, right = self._alike(self.number(left, example), self.number(right, example), f"'{operator}'")
        if isinstance(left, Number) and isinstance(right, Number):
            return _checked(left.digits + right.digits if operator == "+" else left.digits - right.digits, left.type)
        return Arithmetic(operator, left, right, left.type)

    def _minus(self, zero: Number, operand: Expression) -> Expression:
        return self._sum("-", zero, operand)

    def _product(self, left: Expression, right: Expression) -> Expression:
        left, right = self.number(left, "integer"), self.number(right, "integer")
        if left.type.name == right.type.name == "money":
            raise Unfit(f"{_named(left)} and {_named(right)} are both money", "multiply money by a plain number")
        scale = left.type.scale + right.type.scale
        if scale > SCALE_MAX:
            raise Unfit(f"a product has {scale} digits after the point", f"at most {SCALE_MAX} will do")
        money = next((side.type for side in (left, right) if side.type.name == "money"), None)
        kind = Type("money", scale, money.currency) if money else _plain(scale)
        if isinstance(left, Number) and isinstance(right, Number):
            return _checked(left.digits * right.digits, kind)
        return Arithmetic("*", left, right, kind)

    def _comparison(
        self, operator: Literal["=", "<>", "<", "<=", ">", ">="], left: Expression, right: Expression
    ) -> Comparison:
        left, right = self._alike(left, right, f"'{operator}'")
        if left.type in (TEXT, BOOLEAN) and operator not in ("=", "<>"):
            self._refuse_text_column(left, "integer")
            cure = "text knows = and <> only: engines order it differently" if left.type == TEXT else "write = or <>"
            raise Unfit(f"{_named(left)} is {left.type.name}, and '{operator}' needs an order", cure)
        return Comparison(operator, left, right)

    def _membership(self, node: Any, depth: int) -> Expression:
        if not node.expressions or any(node.args.get(part) for part in ("query", "unnest", "field")):
            raise Unfit("IN stands before something else than a list", "write such as status IN ('paid', 'sent')")
        operand = self.expression(node.this, depth)
        options = [self.expression(option, depth) for option in node.expressions]
        for option in options:
            if not isinstance(option, Text | Number | Truth):
                raise Unfit(f"IN lists {_named(option)}", "list plain values, such as ('paid', 'sent') or (1, 2)")
        pairs = [self._alike(operand, option, "IN") for option in options]
        operand = max((left for left, _ in pairs), key=lambda left: left.type.scale)
        return Membership(operand, tuple(_rescaled(right, operand.type) for _, right in pairs))

    def _function(self, node: Any, kind: str, depth: int) -> Expression:
        if kind == "Abs":
            operand = self.number(self.expression(node.this, depth), "money")
            return Function("abs", (operand,), operand.type)
        operands = [self.expression(operand, depth) for operand in (node.this, *node.expressions)]
        if len(operands) < 2:
            raise Unfit("coalesce has one operand", "write such as coalesce(amount, 0)")
        first = operands[0]
        for other in operands[1:]:
            first, _ = self._alike(first, other, "coalesce")
        alike = tuple(self._alike(first, operand, "coalesce")[1] for operand in operands)
        return Function("coalesce", alike, alike[0].type)

    def _alike(self, left: Expression, right: Expression, what: str) -> tuple[Expression, Expression]:
        """Both sides in one kind and scale; a literal takes the kind of the other side."""
        if left.type.numeric and right.type.numeric:
            kind = _common(left, right)
            return _rescaled(left, kind), _rescaled(right, kind)
        if left.type == TIME and isinstance(right, Text):
            return left, _instant(right)
        if right.type == TIME and isinstance(left, Text):
            return _instant(left), right
        if left.type == right.type:
            return left, right
        for side, other in ((left, right), (right, left)):
            self._refuse_text_column(side, other.type.name)
        raise Unfit(f"{what} stands between {_named(left)} and {_named(right)}", _reconcile(left, right))

    def _refuse_text_column(self, node: Expression, example: TypeName) -> None:
        """Most often a column that was not declared, and is text for that reason."""
        if isinstance(node, Column) and node.type == TEXT and example != "text":
            near = instead(node.name, [name for name in self.fields if name != node.name], "")
            type_name = EXAMPLES.get(example, "{type: decimal, scale: 2}")
            hint = (
                f"did {near.removeprefix('did ')} Or "
                if near.startswith("did") and node.name not in set(self.fields)
                else ""
            )
            cure = f"declare it under {self.home}, for example `{node.name}: {type_name}`"
            raise Unfit(f"column '{node.name}' is text here", hint + cure)


def _flat(node: Any, kind: str) -> list[Any]:
    """The terms of a AND b AND c, however the parser nested them."""
    terms: list[Any] = []
    left = [node]
    while left:
        top = left.pop()
        if type(top).__name__ == kind:
            left += [top.expression, top.this]
        else:
            terms.append(top)
    return terms


def _number(written: str) -> Number:
    whole, _, part = written.partition(".")
    part = part.rstrip("0")
    if len(part) > SCALE_MAX:
        raise Unfit(f"{written} has {len(part)} digits after the point", f"at most {SCALE_MAX} will do")
    return _checked(int(whole + part), _plain(len(part)))


def _plain(scale: int) -> Type:
    return Type("decimal", scale) if scale else INTEGER


def _checked(digits: int, kind: Type) -> Number:
    if abs(digits) >= 10**DIGITS_MAX:
        raise Unfit(f"a number has more than {DIGITS_MAX} digits", "write a smaller one")
    return Number(digits, kind)


def _common(left: Expression, right: Expression) -> Type:
    """The type in which two numbers meet."""
    scale = max(left.type.scale, right.type.scale)
    fixed = [side.type for side in (left, right) if not isinstance(side, Number)] or [left.type, right.type]
    currencies = {kind.currency for kind in fixed if kind.name == "money"}
    if len(currencies) > 1:
        raise Unfit(
            f"{_named(left)} and {_named(right)} are of different currencies", "convert them before they come here"
        )
    if currencies and any(kind.name != "money" for kind in fixed):
        raise Unfit(
            f"money meets a plain number: {_named(left)} and {_named(right)}", "declare both as money, or neither"
        )
    if currencies:
        return Type("money", scale, currencies.pop())
    return _plain(scale)


def _rescaled(node: Expression, kind: Type) -> Expression:
    """The same number with the digits that `kind` carries."""
    if node.type == kind or not kind.numeric:
        return node
    power = kind.scale - node.type.scale
    if isinstance(node, Number):
        return _checked(node.digits * 10**power, kind)
    if power == 0:
        return node
    return Arithmetic("*", node, Number(10**power, Type("decimal", power)), kind)


def _instant(text: Text) -> Instant:
    try:
        return Instant(times.instant(text.value))
    except Unfit:
        raise Unfit(f"'{text.value}' is not a time", "write '2026-01-31' or '2026-01-31 18:00:00' (UTC)") from None


def _reconcile(left: Expression, right: Expression) -> str:
    """What to do when two kinds do not go together."""
    for column, literal in ((left, right), (right, left)):
        if column.type == BOOLEAN and isinstance(column, Column):
            return f"{column.name} is boolean: write `{column.name}` or `NOT {column.name}`"
        if column.type.numeric and isinstance(literal, Text):
            return "write the number without quotes"
        if column.type == TIME:
            return "compare a time with '2026-01-31' or '2026-01-31 18:00:00' (UTC)"
        if isinstance(column, Text):
            return "text compares with text"
    return "compare things of one type"


def _named(node: Expression) -> str:
    match node:
        case Column():
            currency = f" {node.type.currency}" if node.type.currency else ""
            return f"'{node.name}' ({node.type.name}{currency})"
        case Text():
            return f"the text '{node.value[:40]}'"
        case Number():
            return "the number " + _written(node)
        case Truth():
            return str(node.value).lower()
    return f"a term of type {node.type.name}"


def _written(number: Number) -> str:
    digits = str(abs(number.digits)).rjust(number.type.scale + 1, "0")
    point = len(digits) - number.type.scale
    sign = "-" if number.digits < 0 else ""
    return sign + digits[:point] + ("." + digits[point:] if number.type.scale else "")
