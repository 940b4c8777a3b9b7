"""Written times: which texts are one, and each as the ISO text that a plain cast reads alike on every engine.

DuckDB reads ISO text and strptime formats itself, and says NULL for 30 February. Others have no such function, or one
with other answers, or fail: for them `CIVIL` puts the text in order. Patterns have only what every engine's have:
[0-9], alternatives and groups.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlglot import exp

from liftledger.engine.render import when

TWO = "[0-9][0-9]"
YEAR = f"(000[1-9]|00[1-9][0-9]|0[1-9]{TWO}|[1-9][0-9]{TWO})"
INNER = f"(000[2-9]|00[1-9][0-9]|0[1-9]{TWO}|[1-8][0-9]{TWO}|9([0-8]{TWO}|9[0-8][0-9]|99[0-8]))"  # offsets change years
MONTH, DAY, HOUR, SIXTY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])", "([01][0-9]|2[0-3])", "[0-5][0-9]"
DATE = f"-{MONTH}-{DAY}"
CLOCK = rf"[ T]{HOUR}:{SIXTY}(:{SIXTY}(\.[0-9]{{1,9}})?)?"  # digits beyond microseconds are cut
WHOLE_OFFSET = f"[+-](0[0-9]|1[0-5]):?{SIXTY}"
OFFSET = f"[+-](0[0-9]|1[0-5])(:?{SIXTY})?"
ISO = f"{YEAR}{DATE}({CLOCK})?"
ISO_OFFSET = f"{YEAR}{DATE}{CLOCK}Z|{INNER}{DATE}{CLOCK}{OFFSET}"

ODD = "([02468][1235679]|[13579][01345789])"  # two digits that four does not divide
COMMON = f"({TWO}{ODD}|{ODD}00)"  # years without a 29 February
NO_DAY = f"[0-9]{{4}}-(02-3|0[469]-31|11-31).*|{COMMON}-02-29.*"

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
CENTURY = ("^20(69|[7-9][0-9])", r"19\1")  # %y: 69 is 1969, 68 is 2068
PADDED = (f"([/ :m])0({TWO})", r"\1\2")  # a 0 was put before numbers of one or two digits
CUT = (r"(\.[0-9]{6})[0-9]+", r"\1")
INSTANT = (("Z$", "+00:00"), (f"([+-]{TWO})$", r"\1:00"), (f"([+-]{TWO})({TWO})$", r"\1:\2"))
SECONDS = (f"([ T]{TWO}:{TWO})([Z+-])", r"\1:00\2")
HOURS = {" am12:": " 00:", " am": " ", " pm12:": " 12:"} | {f" pm{hour:02}:": f" {hour + 12}:" for hour in range(1, 12)}


Steps = Sequence[tuple[str, str]]  # patterns and what stands for what they match
Rule = Callable[[exp.Expr], exp.Expr]


def written(format_: str) -> str:
    """What a strptime format matches, as a pattern. Numbers have both digits where another digit may follow."""
    zoned = "%z" in format_
    return "".join(_strict(letter, crowded, zoned=zoned) for letter, crowded in _parts(format_))


def _parts(format_: str) -> Iterable[tuple[str, bool]]:
    """Its directives ('%d') and single signs, and whether a digit may come next."""
    parts = re.findall(r"%.|[^%]", format_, re.DOTALL)
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        yield part, following.isdigit() or (following[:1] == "%" and following[1] in "YymdHIMSf")


def _strict(part: str, crowded: bool, *, zoned: bool) -> str:
    if part[0] != "%":
        return re.escape(part)
    ones = "0" if crowded else "0?"
    match part[1]:
        case "Y":
            return INNER if zoned else YEAR
        case "y":
            return TWO
        case "m" | "I":
            return f"({ones}[1-9]|1[0-2])"
        case "b":
            return _any_case(name[:3] for name in MONTHS)
        case "B":
            return _any_case(MONTHS)
        case "d":
            return f"({ones}[1-9]|[12][0-9]|3[01])"
        case "H":
            return HOUR if crowded else "([01]?[0-9]|2[0-3])"
        case "M" | "S":
            return SIXTY if crowded else "[0-5]?[0-9]"
        case "p":
            return "[AaPp][Mm]"
        case "f":
            return "[0-9]{6}" if crowded else "[0-9]{1,6}"
        case "z":
            return WHOLE_OFFSET if crowded else OFFSET
    return "%"


def _any_case(words: Iterable[str]) -> str:
    """Engines fold the case of letters beyond ASCII each in its own way."""
    return "(" + "|".join("".join(f"[{sign.upper()}{sign}]" for sign in word) for word in words) + ")"


def _loose(part: str, crowded: bool) -> str:
    """The same as one group, for text that is known to match."""
    if part[0] != "%" or part == "%%":
        return re.escape(part[-1])
    widths = {"Y": "[0-9]{4}", "y": TWO, "b": "[A-Za-z]{3}", "B": "[A-Za-z]+", "p": "[A-Za-z]{2}", "z": "[+-][0-9:]+"}
    widths["f"] = "[0-9]{6}" if crowded else "[0-9]{1,6}"
    return f"({widths.get(part[1], TWO if crowded else '[0-9]{1,2}')})"


def _from_format(node: exp.Expr) -> exp.Expr:
    """TRY_STRPTIME(text, format) of a text that the format's pattern matches."""
    text, format_ = node.expressions[0].copy(), str(node.expressions[1].this)
    parts = list(_parts(format_))
    letters = [part[1] for part, _ in parts if part[0] == "%" and part != "%%"]
    group = {letter: rf"\{number}" for number, letter in enumerate(letters, start=1)}

    def first(options: str, otherwise: str = "00") -> str:
        return next((group[letter] for letter in options if letter in group), otherwise)

    year = group.get("Y") or f"20{group['y']}"
    month = f"0{group['m']}" if "m" in group else first("bB")
    # no - between the parts of a date yet: an offset has one
    order = f"{year}/{month}/0{group['d']} {first('p', '')}0{first('HI')}:0{first('M')}:0{first('S')}"
    order += f".{group['f']}" if "f" in group else ""
    iso = _replaced(text, ("^" + "".join(_loose(*part) for part in parts) + "$", order + first("z", "")))
    if "y" in group:
        iso = _replaced(iso, CENTURY)
    if set("bBp") & set(group):
        iso = exp.Lower(this=iso)
    if set("bB") & set(group):
        names = [name[:3] for name in MONTHS] if "b" in group else MONTHS
        iso = _respelled(iso, {f"/{name}/": f"/{number:02}/" for number, name in enumerate(names, start=1)})
    iso = _respelled(_replaced(iso, PADDED), {"/": "-"})
    if "p" in group:
        iso = _respelled(iso, HOURS)
    if "z" not in group:
        return _cast(iso, "TIMESTAMP")
    return _cast(_replaced(iso, *INSTANT), "TIMESTAMPTZ")


def from_iso(*, steps: Steps = (CUT,), zoned: Steps = (*INSTANT, SECONDS), days: bool = True) -> Rule:
    """A rule for TRY_CAST(text AS TIMESTAMP) of a text that ISO or ISO_OFFSET matches.

    `steps` are what the engine needs to be done to the text, `zoned` what besides to one with an offset; `days`: it
    fails on 30 February.
    """

    def rule(node: exp.Expr) -> exp.Expr:
        to = node.args["to"]
        if not to.is_type("TIMESTAMP", "TIMESTAMPTZ"):
            return node
        iso = _replaced(node.this.copy(), *steps, *(zoned if to.is_type("TIMESTAMPTZ") else ()))
        read = exp.TryCast(this=iso, to=to.copy())
        return when(_is_day(node.this), read) if days else read

    return rule


def _cast(iso: exp.Expr, kind: str) -> exp.Expr:
    return when(_is_day(iso), exp.TryCast(this=iso.copy(), to=exp.DataType.build(kind)))


def _is_day(iso: exp.Expr) -> exp.Expr:
    known = exp.Not(this=exp.RegexpFullMatch(this=iso.copy(), expression=exp.Literal.string(NO_DAY)))
    known.add_comments([" not a day such as 30 February"])
    return known


def _replaced(text: exp.Expr, *steps: tuple[str, str]) -> exp.Expr:
    for pattern, replacement in steps:
        signs = (exp.Literal.string(pattern), exp.Literal.string(replacement))
        text = exp.RegexpReplace(this=text, expression=signs[0], replacement=signs[1])
    return text


def _respelled(text: exp.Expr, words: Mapping[str, str]) -> exp.Expr:
    for old, new in words.items():
        text = exp.func("REPLACE", text, exp.Literal.string(old), exp.Literal.string(new))
    return text


CIVIL: Mapping[type[exp.Expr] | str, Rule] = {
    exp.TryCast: from_iso(),
    "TRY_STRPTIME": _from_format,
}
