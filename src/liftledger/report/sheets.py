"""Sheets: a table that is shown as it reads best, and downloaded with all its digits."""

import csv
import io
from urllib.parse import quote

import msgspec

from liftledger.domain.cash import Exact, Figure
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.report import numbers
from liftledger.report.amounts import amount, money

Value = str | int | float | None
CROWDED = 7  # columns that find room with their intervals on a line
NOT_YET = "not yet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would compute
PLAIN = " ,:;=+-./()'*!"  # what an address of data may hold unescaped


class Column(msgspec.Struct, frozen=True):
    """`fields` name what a cell of it is downloaded as."""

    name: str
    fields: tuple[str, ...]
    small: str = ""
    number: bool = True


class Cell(msgspec.Struct, frozen=True):
    """What is shown, and its values as downloaded, one a field; with a `reason` where there is nothing to show."""

    text: str
    values: tuple[Value, ...]
    small: str = ""
    reason: str = ""
    tag: str = ""
    shade: int | None = None  # of a heat map, 0 to 8
    link: str = ""  # id of the estimate or figure that explains it


class Span(msgspec.Struct, frozen=True):
    """A cell as it is laid out: neighbours without a number for the same reason say so once."""

    cell: Cell
    columns: int
    number: bool


class Sheet(msgspec.Struct, frozen=True):
    """A table; the first column names its rows. `id` is unique on the page."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()  # what to mind; sentences
    folded: bool = False
    long: bool = False  # folded, and left out of print
    dense: bool = False  # a triangle of many small numbers

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns in which something is told row by row."""
        return tuple(self.columns[place] for place in self._kept)

    @property
    def laid_out(self) -> tuple[tuple[Span, ...], ...]:
        """The rows as they are shown."""
        return tuple(self._merged(row) for row in self.rows)

    @property
    def silent(self) -> tuple[str, ...]:
        """Why a column is not shown: the one reason of all its rows; sentences."""
        gone = [place for place in range(len(self.columns)) if place not in self._kept] if self.rows else []
        named: dict[str, list[str]] = {}
        for place in gone:
            named.setdefault(self.rows[0][place].reason, []).append(f"'{self.columns[place].name}'")
        return tuple(f"Nothing under {numbers.listing(names)}: {reason}." for reason, names in named.items())

    @property
    def csv(self) -> str:
        """Every value with the twelve digits of `report.json`."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([field for column in self.columns for field in column.fields])
        for row in self.rows:
            writer.writerow([_exact(value) for cell in row for value in cell.values])
        return out.getvalue()

    @property
    def address(self) -> str:
        """The download as an address of data: nothing is asked of the network."""
        return f"data:text/csv;charset=utf-8,{quote(self.csv, safe=PLAIN)}"

    @property
    def crowded(self) -> bool:
        """Whether intervals need two lines for the table to fit."""
        return len(self.shown) > CROWDED

    @property
    def _kept(self) -> tuple[int, ...]:
        reasons = [{row[place].reason for row in self.rows} for place in range(len(self.columns))]
        return tuple(place for place, found in enumerate(reasons) if len(found) != 1 or "" in found)

    def _merged(self, row: tuple[Cell, ...]) -> tuple[Span, ...]:
        spans: list[Span] = []
        for place in self._kept:
            cell, last = row[place], spans[-1] if spans else None
            if last and cell.reason and cell.reason == last.cell.reason:
                spans[-1] = Span(last.cell, last.columns + 1, last.number)
            else:
                spans.append(Span(cell, 1, self.columns[place].number))
        return tuple(spans)


def answered(name: str, field: str, small: str = "") -> Column:
    """A column of answers: value, standard error, interval and, where there is none, the reason."""
    return Column(name, (field, *(f"{field}_{part}" for part in ("se", "low", "high", "reason"))), small)


def answer(found: Answer | None, unit: str, *, missing: str = "", difference: bool = False) -> Cell:
    """An answer as its interval supports it; `missing` says why there is none at all."""
    if found is None or isinstance(found, NoEstimate):
        return none(missing if found is None else found.reason, (None,) * 4)
    said = amount(Figure("", found, unit, "", {}), difference=difference)
    return Cell(said.number, (found.value, found.se, found.low, found.high, None), small=said.range)


def none(reason: str, values: tuple[Value, ...] = ()) -> Cell:
    """A cell without a number, and why."""
    why = reason.strip().rstrip(".")
    return Cell("none", (*values, why), small=why, reason=why)


def text(said: str, *, tag: str = "", small: str = "") -> Cell:
    """A cell of words."""
    return Cell(said, (said,), small=small, tag=tag)


def whole(n: int, *, shade: int | None = None) -> Cell:
    """A cell of a whole number."""
    return Cell(numbers.count(n), (n,), shade=shade)


def share(fraction: float, places: int = 1) -> Cell:
    """A cell of a share."""
    return Cell(numbers.percent(fraction, places), (fraction,))


def money_of(value: float, currency: str) -> Cell:
    """A cell of an amount; its column names the currency."""
    return Cell(money(value, currency), (value,))


def written(value: float, unit: str = "") -> str:
    """A number without an interval, three digits of it: '0.243'."""
    return amount(Figure("", Exact(value), unit, "", {})).number


def _exact(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        clean = numbers.harmless(value)
        return f"'{clean}" if clean.startswith(FORMULA) else clean
    return numbers.exact(value) if isinstance(value, float) else str(value)
