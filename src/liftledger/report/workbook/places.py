"""Where things stand on the sheets: columns that mean the same on each of them, and addresses as formulas write them.

Months stand in the same columns on every sheet that has months. The column before month 0 is empty, so that a running
total has the same formula in month 0 as in all others.
"""

from functools import cache

import msgspec

LABEL, NAME, UNIT, VALUE, SPACER, MONTH_0 = range(6)
HERE, BEFORE = "\ue000", "\ue001"  # stand for a month's column and the one before it until the month is known


class Place(msgspec.Struct, frozen=True):
    """Of an input or a row: one cell in the column of values, or one in each month."""

    row: int  # from 0
    monthly: bool = False
    sheet: str = ""  # '': the sheet of the formula
    name: str = ""  # defined name of the cell, which formulas use instead of its address
    column: int = VALUE

    @property
    def text(self) -> str:
        """As a formula writes it; of a monthly one, the cell of the same month."""
        if self.monthly:
            return f"{self._prefix}{HERE}{self.row + 1}"
        return self.name or self.cell

    @property
    def cell(self) -> str:
        """Its one cell, or its total."""
        return f"{self._prefix}${letters(self.column)}${self.row + 1}"

    def over(self, months: int) -> str:
        """All months."""
        return f"{self._prefix}$F{self.row + 1}:${letters(MONTH_0 + months)}{self.row + 1}"

    def elsewhere(self, sheet: str) -> "Place":
        """The same place as another sheet sees it."""
        return msgspec.structs.replace(self, sheet=sheet)

    @property
    def _prefix(self) -> str:
        return f"{self.sheet}!" if self.sheet else ""


@cache
def letters(column: int) -> str:
    """'A' of 0, 'AA' of 26."""
    above, last = divmod(column, 26)
    return (letters(above - 1) if above else "") + chr(ord("A") + last)


def at(row: int, column: int, sheet: str = "") -> str:
    """A cell, fixed: 'Inputs!$D$12'."""
    return f"{sheet}!${letters(column)}${row + 1}" if sheet else f"${letters(column)}${row + 1}"


def down(first: int, last: int, column: int, sheet: str = "") -> str:
    """A part of a column, fixed: 'Inputs!$D$12:$D$30'."""
    return f"{at(first, column, sheet)}:{at(last, column)}"


def box(first: tuple[int, int], last: tuple[int, int], sheet: str = "") -> str:
    """Cells from (row, column) to (row, column), fixed."""
    return f"{at(*first, sheet)}:{at(*last)}"
