"""A formula of the workings, written for humans: '(1 + discount rate) ^ -(month / 12)'."""

import re
from collections.abc import Callable, Mapping

from liftledger.domain.workings import Apply, Constant, Formula, Input, Month, Nothing, Of, Row, Workings
from liftledger.report import numbers

# How tightly what is written holds together; what holds less tightly than its place needs stands in parentheses.
CONDITION, SUM, PRODUCT, POWER, WORD = range(5)
CALLED = {
    "minimum": "smallest of",
    "maximum": "largest of",
    "root": "square root of",
    "absolute": "size of",
    "over_months": "sum over the months of",
    "so_far": "sum so far of",
    "largest": "largest month of",
    "normal_cdf": "Φ",
    "normal_quantile": "Φ⁻¹",
    "sign_changes": "changes of sign of",
    "irr": "internal rate of return of",
}
INFIX = {"multiply": (PRODUCT, "×"), "divide": (PRODUCT, "/"), "power": (POWER, "^")}
COMPARED = {"less": "<", "equal": "="}


def formula_text(formula: Formula, name: Callable[[str], str]) -> str:
    """The formula in words and signs; `name` says how an input or row is called in it."""
    return _written(formula, name)[1]


def names(workings: Workings) -> dict[str, str]:
    """How each input and row is called outside of its own group: 'activation: units', 'discount rate'."""
    found: dict[str, str] = {}
    every: tuple[Input | Row, ...] = (*workings.inputs, *workings.rows)
    for one in every:
        group = owner(one.name)
        found[one.name] = f"{numbers.label(group)}: {own_label(one)}" if group else own_label(one)
    return found


def own_label(one: Input | Row) -> str:
    """The label of an input or a row among others of its line or cost, which it does not name again."""
    if one.name.startswith("studies."):
        return f"luck of {numbers.label(one.name.removeprefix('studies.').rpartition('.')[0])}"
    words = f"{numbers.capital(numbers.label(owner(one.name)))}: "
    return numbers.lower_first(one.label.removeprefix(words))


def owner(name: str) -> str:
    """The line or cost that an input or row belongs to: 'lines.activation.units' is of 'activation'; '' for none."""
    found = re.fullmatch(r"(?:lines|costs)\.(.+)\.[^.]+", name)
    return found[1] if found else ""


def within(name: str, names: Mapping[str, str]) -> Callable[[str], str]:
    """Names as they are said in the formula of row `name`: its own group is not named again."""
    own = owner(name)

    def called(other: str) -> str:
        group = owner(other)
        prefix = f"{numbers.label(group)}: " if group else ""
        label = _quoted(names[other].removeprefix(prefix))
        return label if group == own else prefix + label

    return called


def _quoted(name: str) -> str:
    """A name that holds a sign of its own stands between quotation marks, lest it be read as part of the formula."""
    return name if re.fullmatch(r"[^\W\d][\w ]*", name) else f"“{name}”"


def _written(formula: Formula, name: Callable[[str], str]) -> tuple[int, str]:
    """How tightly it holds together, and the text."""
    match formula:
        case Constant(value):
            return WORD, str(value)
        case Of(other):
            return WORD, name(other)
        case Month():
            return WORD, "month"
        case Nothing(reason):
            return WORD, f"none ({reason})"
        case Apply(function, to):
            return _applied(function, to, name)


def _applied(function: str, to: tuple[Formula, ...], name: Callable[[str], str]) -> tuple[int, str]:
    def part(place: int, tightness: int) -> str:
        held, text = _written(to[place], name)
        return text if held >= tightness else f"({text})"

    match function:
        case "add":
            added = [one for one in to if one != Constant(0)] or [Constant(0)]
            if len(added) == 1:
                return _written(added[0], name)
            return SUM, " + ".join(_held(one, SUM, name) for one in added)
        case "subtract":
            if to[0] == Constant(0):
                return SUM, f"{numbers.MINUS}{part(1, PRODUCT)}"
            return SUM, f"{part(0, SUM)} {numbers.MINUS} {part(1, PRODUCT)}"
        case "multiply" | "divide" | "power":
            if function == "multiply":  # times 1 is not worth a word
                to = tuple(one for one in to if one != Constant(1)) or to[:1]
            if len(to) == 1:
                return _written(to[0], name)
            tightness, sign = INFIX[function]
            parts = [part(0, tightness if function != "power" else WORD)]
            parts += [part(place, tightness + (function == "divide")) for place in range(1, len(to))]
            return tightness, f" {sign} ".join(parts)
        case "less" | "equal":
            return CONDITION, f"1 if {part(0, SUM)} {COMPARED[function]} {part(1, SUM)}, else 0"
        case "choose":
            return CONDITION, f"{part(1, SUM)} if {_asked(to[0], name)}, else {part(2, CONDITION)}"
        case "product_over_months":
            return WORD, f"sum over the months of ({part(0, PRODUCT)} × {part(1, PRODUCT)})"
        case "in_month":
            return WORD, f"({part(0, WORD)} in month {part(1, WORD)})"
    return WORD, f"{CALLED[function]} ({', '.join(formula_text(one, name) for one in to)})"


def _held(formula: Formula, tightness: int, name: Callable[[str], str]) -> str:
    held, text = _written(formula, name)
    return text if held >= tightness else f"({text})"


def _asked(formula: Formula, name: Callable[[str], str]) -> str:
    """A condition: '0 < costs', 'standard error is not 0'."""
    if isinstance(formula, Apply) and formula.function in COMPARED:
        one, other = (_held(term, SUM, name) for term in formula.to)
        return f"{one} {COMPARED[formula.function]} {other}"
    return f"{_held(formula, SUM, name)} is not 0"
