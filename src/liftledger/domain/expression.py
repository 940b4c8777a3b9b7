"""Expressions over one fact's columns: a typed tree of our own, so that nothing of a user's text reaches SQL.

A numeric expression is an exact integer with a scale: 12.50 USD is 1250 with scale 2. Sums need equal scales
(the parser rescales), products add them, and there is no division.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from liftledger.domain.instant import instant

TypeName = Literal["integer", "decimal", "money", "text", "boolean", "time"]
NUMERIC: frozenset[TypeName] = frozenset({"integer", "decimal", "money"})


class Type(msgspec.Struct, frozen=True):
    """What a column or an expression holds."""

    name: TypeName
    scale: int = 0  # decimal digits after the point that the stored integer carries
    currency: str | None = None  # of money: ISO 4217 code

    @property
    def numeric(self) -> bool:
        return self.name in NUMERIC


INTEGER = Type("integer")
TEXT = Type("text")
BOOLEAN = Type("boolean")
TIME = Type("time")  # stored as microseconds since 1970-01-01T00:00Z


class Node(msgspec.Struct, frozen=True, tag_field="node", tag=True):
    """Base of all nodes; each has a `type`."""


class Column(Node, frozen=True):
    """A column of the fact."""

    name: str
    type: Type


class Number(Node, frozen=True):
    """digits x 10^-type.scale."""

    digits: int
    type: Type = INTEGER


class Text(Node, frozen=True):
    value: str

    @property
    def type(self) -> Type:
        return TEXT


class Truth(Node, frozen=True):
    value: bool

    @property
    def type(self) -> Type:
        return BOOLEAN


class Instant(Node, frozen=True):
    """A point in time, compared with a column of type time."""

    micros: int

    @property
    def type(self) -> Type:
        return TIME


class Arithmetic(Node, frozen=True):
    """left operator right. For + and - both sides have the same scale."""

    operator: Literal["+", "-", "*"]
    left: "Expression"
    right: "Expression"
    type: Type


class Comparison(Node, frozen=True):
    """Both sides have the same kind and scale. Text knows only = and <>: its order differs between engines."""

    operator: Literal["=", "<>", "<", "<=", ">", ">="]
    left: "Expression"
    right: "Expression"

    @property
    def type(self) -> Type:
        return BOOLEAN


class Membership(Node, frozen=True):
    """operand IN (options); every option is a literal of the operand's kind and scale."""

    operand: "Expression"
    options: tuple["Expression", ...]

    @property
    def type(self) -> Type:
        return BOOLEAN


class Missing(Node, frozen=True):
    """operand IS NULL."""

    operand: "Expression"

    @property
    def type(self) -> Type:
        return BOOLEAN


class Not(Node, frozen=True):
    operand: "Expression"

    @property
    def type(self) -> Type:
        return BOOLEAN


class And(Node, frozen=True):
    terms: tuple["Expression", ...]

    @property
    def type(self) -> Type:
        return BOOLEAN


class Or(Node, frozen=True):
    terms: tuple["Expression", ...]

    @property
    def type(self) -> Type:
        return BOOLEAN


class Function(Node, frozen=True):
    """abs(x) or coalesce(x, y); all operands have the function's own type."""

    name: Literal["abs", "coalesce"]
    operands: tuple["Expression", ...]
    type: Type


class Choice(Node, frozen=True):
    """The number of the first case whose condition holds, else 0. Ours: definitions cannot spell it."""

    cases: tuple[tuple["Expression", Number], ...]
    type: Type


Expression = (
    Column
    | Number
    | Text
    | Truth
    | Instant
    | Arithmetic
    | Comparison
    | Membership
    | Missing
    | Not
    | And
    | Or
    | Function
    | Choice
)


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly below."""
    match node:
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Membership(operand=operand, options=options):
            return (operand, *options)
        case Missing(operand=operand) | Not(operand=operand):
            return (operand,)
        case And(terms=terms) | Or(terms=terms):
            return terms
        case Function(operands=operands):
            return operands
        case Choice(cases=cases):
            return tuple(part for case in cases for part in case)
    return ()


def columns(node: Expression | None) -> frozenset[str]:
    """Names of the columns that the expression reads."""
    if node is None:
        return frozenset()
    if isinstance(node, Column):
        return frozenset({node.name})
    return frozenset().union(*(columns(child) for child in children(node)))


def spelled(node: Expression) -> str:
    """The expression as its author would write it."""
    match node:
        case Column(name=name):
            return name
        case Number(digits=digits, type=type_):
            return str(Decimal(digits).scaleb(-type_.scale))
        case Text(value=value):
            return "'" + value.replace("'", "''") + "'"
        case Truth(value=value):
            return str(value).lower()
        case Instant(micros=micros):
            return f"'{instant(micros)}'"
        case Arithmetic(operator=operator, left=left, right=right):
            return f"({spelled(left)} {operator} {spelled(right)})"
        case Comparison(operator=operator, left=left, right=right):
            return f"{spelled(left)} {operator} {spelled(right)}"
        case Membership(operand=operand, options=options):
            return f"{spelled(operand)} in ({', '.join(spelled(option) for option in options)})"
        case Missing(operand=operand):
            return f"{spelled(operand)} is null"
        case Not(operand=operand):
            return f"not ({spelled(operand)})"
        case And(terms=terms):
            return " and ".join(_grouped(term) for term in terms)
        case Or(terms=terms):
            return " or ".join(_grouped(term) for term in terms)
        case Function(name=name, operands=operands):
            return f"{name}({', '.join(spelled(operand) for operand in operands)})"
        case Choice(cases=cases):
            return " + ".join(f"{spelled(number)} if {spelled(condition)}" for condition, number in cases)


def _grouped(node: Expression) -> str:
    return f"({spelled(node)})" if isinstance(node, And | Or) else spelled(node)
