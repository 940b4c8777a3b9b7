"""How text is laid out in a terminal: lines of at most 100 columns, names cut off, numbers to the right."""

import unicodedata

from liftledger.report import numbers

COLUMNS = 100
NARROWEST = 8  # columns of a name that is shortened to fit
INDENT = "    "
GAP = "  "


def wrapped(text: str, indent: str = "") -> str:
    """`text` as lines that fit."""
    return numbers.wrapped(text, COLUMNS, indent=indent, hanging="  ")


def widths(lines: list[tuple[str, ...]]) -> list[int]:
    """Of each column, what its longest cell needs."""
    return [max(columns(line[place]) for line in lines) for place in range(len(lines[0]))]


def width(lines: list[tuple[str, ...]]) -> int:
    """Columns that a table needs with its indent."""
    found = widths(lines)
    return len(INDENT) + sum(found) + len(GAP) * (len(found) - 1)


def columns(text: str) -> int:
    """Columns that a terminal needs: wide letters and emoji take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def fitted(text: str, width: int) -> str:
    """`text` at exactly that width, cut off with an ellipsis where it is longer."""
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))
