"""The file that the sheets are written to: styles with one meaning each, and text that can never become a formula."""

import datetime
import io
import math
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from liftledger.report.numbers import harmless
from liftledger.report.workbook.places import BEFORE, HERE, LABEL, MONTH_0, SPACER, letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Value = float | str | bool | None
LINE, MOST_LINES = 13.5, 29  # points; of the 409 that a row can have
DEFAULT_WIDTH = 8.43  # of a column of which none is said
TITLE = 80  # characters of a company in a title, which stands in one line
LONGEST = 32_000  # characters of a cell, of 32,767 that a spreadsheet takes
STEERS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so becomes a formula when somebody edits its cell
SHEETS = (
    "About", "Summary", "Inputs", "Evidence", "Calc", "Scenarios", "MonteCarlo", "PnL", "Checks", "Sources",
    "ChangeLog",
)  # fmt: skip
BLUE, YELLOW, GREEN, GREY, RED, INK, PALE = (
    "#0000FF", "#FFFFCC", "#00703C", "#595959", "#C00000", "#1F3864", "#E7ECF4",
)  # fmt: skip
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "subtitle": {"font_color": GREY, "italic": True},
    "head": {"bold": True, "bottom": 1, "bg_color": PALE, "text_wrap": True, "valign": "bottom"},
    "head_number": {
        "bold": True,
        "bottom": 1,
        "bg_color": PALE,
        "text_wrap": True,
        "align": "right",
        "valign": "bottom",
    },
    "head_indent": {
        "bold": True,
        "bottom": 1,
        "bg_color": PALE,
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        "valign": "bottom",
    },
    "part": {"bold": True, "font_color": INK, "top": 1, "font_size": 11},
    "text": {"text_wrap": True},
    "line": {},
    "bold_line": {"bold": True},
    "left": {"align": "left"},
    "bold": {"bold": True, "text_wrap": True},
    "small": {"font_color": GREY, "font_size": 8},
    "code": {"font_name": "Courier New", "font_size": 9},
    "note": {"font_color": GREY, "text_wrap": True, "align": "left", "indent": 1},
    "unit": {"font_color": GREY, "text_wrap": True},
    "note_line": {"font_color": GREY, "align": "left", "indent": 1},
    "link": {"font_color": INK, "underline": 1, "text_wrap": True},
    "input": {"font_color": BLUE, "bg_color": YELLOW, "border": 4, "border_color": "#BFBFBF", "locked": False},
    "input_key": {"font_color": BLUE, "bg_color": YELLOW, "border": 4, "border_color": "#BFBFBF"},
    "formula": {},
    "total": {"bold": True},
    "right": {"font_color": GREY, "align": "right"},
    "other": {"font_color": GREEN, "bold": True},  # the same, of an input that a scenario changes
    "across": {"font_color": GREEN},  # a formula that only reads a cell of another sheet
    "static": {"font_color": GREY},  # a number of the report that no formula feeds
    "verdict": {"bold": True, "font_size": 12, "border": 1, "text_wrap": True},
}


class Book:
    """One workbook, written once."""

    def __init__(self, title: str, created: datetime.datetime) -> None:
        from xlsxwriter import Workbook
        from xlsxwriter.worksheet import Worksheet

        class Sheet(Worksheet):  # type: ignore[misc]  # it has no types
            """Takes formulas as they are: none of ours uses a function that it would have to prefix."""

            def _prepare_formula(self, formula: str, _: bool = False) -> str:
                return formula.removeprefix("=")

        self.kind = Sheet
        self._file = io.BytesIO()
        never = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
        options = {"in_memory": True, "default_date_format": "yyyy-mm-dd", **never}
        self.workbook: Workbook = Workbook(self._file, options)
        self.workbook.set_properties({"title": clean(title, 200), "created": created})
        self.workbook.set_calc_mode("auto")
        self._styles: dict[tuple[str, str, bool], Format] = {}
        self.pages = {name: Page(self, name) for name in SHEETS}

    def style(self, name: str, number: str = "", *, quoted: bool = False) -> "Format":
        key = (name, number, quoted)
        if key not in self._styles:
            given = {"font_name": "Calibri", "font_size": 10, "valign": "top", **STYLES[name]}
            if number:
                number = number.replace("[Red]", "") if name == "input" else number
                given |= {"num_format": number, "align": given.get("align", "right")}
            self._styles[key] = self.workbook.add_format(given)
            if quoted:
                self._styles[key].set_quote_prefix()
        return self._styles[key]

    def define(self, name: str, cells: str) -> None:
        self.workbook.define_name(name, f"={cells}")

    def bytes(self) -> bytes:
        for page in self.pages.values():
            page.finish()
        self.workbook.close()
        return self._file.getvalue()


class Page:
    """A sheet; rows and columns count from 0."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self._widths: dict[int, float] = {}
        self._lines: dict[int, int] = {}  # of a row, where its longest text needs more than one
        self._largest: dict[tuple[int, str], tuple[float, float]] = {}  # by column and format: the ends of its numbers
        self._scale = 0  # of the paper, percent, where months are printed; 0: as wide as a page
        self.sheet: Worksheet = book.workbook.add_worksheet(name, book.kind)
        self.sheet.protect("", {"format_columns": True, "format_rows": True})
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer("&L&A&RPage &P of &N")
        self.sheet.fit_to_pages(1, 0)

    def title(self, title: str, subtitle: str = "", row: int = 0) -> None:
        """In two rows."""
        self.sheet.set_row(row, 24)
        self.text(row, LABEL, title, "title")
        self.text(row + 1, LABEL, subtitle, "subtitle")

    def widths(self, *widths: float) -> None:
        """Of the columns from the first; to be said before anything is written."""
        for column, width in enumerate(widths):
            self.widths_from(column, width)

    def widths_from(self, column: int, *widths: float) -> None:
        """Of the columns from that one on."""
        for place, width in enumerate(widths, column):
            self.sheet.set_column(place, place, width, self.book.style("formula"))
            self._widths[place] = width

    def month_widths(self, months: int) -> None:
        self.widths(54, 24, 17, 15, 1.5, *[10.5] * (months + 1))

    def large(self) -> None:
        """On A3: more columns than A4 could show."""
        self.sheet.set_paper(8)

    def print_months(self, months: int) -> None:
        """Twelve months a page beside the labels."""
        self.large()
        self._scale = 58
        self.sheet.repeat_columns(LABEL, SPACER)
        self.sheet.set_v_pagebreaks(list(range(MONTH_0 + 13, MONTH_0 + months + 1, 12)))

    def finish(self) -> None:
        """Columns are as wide as their longest number needs; what is printed on one paper shrinks with them."""
        before = self._paper()
        for (column, number), ends in self._largest.items():
            longest = max(len(shown(one, number)) for one in ends)
            needed = 1.1 * longest + 1  # a digit of 10 points, of a column that counts those of 11
            if needed > self._widths.get(column, DEFAULT_WIDTH):
                self.widths_from(column, needed)
        if self._scale:
            self.sheet.set_print_scale(max(10, int(self._scale * before / self._paper())))

    def _paper(self) -> float:
        """Width of the labels and of a year of months."""
        return sum(width for column, width in self._widths.items() if column < MONTH_0 + 13)

    def _measure(self, column: int, value: Value, number: str) -> None:
        if isinstance(value, float):
            least, most = self._largest.get((column, number), (value, value))
            self._largest[column, number] = min(least, value), max(most, value)

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        if not text:
            self.sheet.write_blank(row, column, None, self.book.style(style))
            return
        cleaned = clean(text)
        self._grow(row, column, cleaned, style)
        quoted = cleaned.startswith(STEERS)
        self.sheet.write_string(row, column, cleaned, self.book.style(style, quoted=quoted))

    def texts(self, row: int, column: int, texts: Iterable[str], style: str = "text") -> None:
        for place, text in enumerate(texts, column):
            self.text(row, place, text, style)

    def _grow(self, row: int, column: int, text: str, style: str) -> None:
        """Rows are as high as their wrapped texts need, also where a program does not measure them when it opens."""
        width = self._widths.get(column)
        if width is None or not STYLES[style].get("text_wrap"):
            return
        size = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
        needed = -(-max(1, size) // max(1, int(1.2 * width))) + text.count("\n")
        if needed > self._lines.get(row, 1):
            self._lines[row] = min(needed, MOST_LINES)
            self.sheet.set_row(row, LINE * self._lines[row])

    def prose(self, row: int, text: str, width: int, style: str = "line") -> int:
        """A paragraph over empty neighbours, a row a line, as nothing is merged. The next free row."""
        for line in textwrap.wrap(clean(text), width) or [""]:
            self.text(row, LABEL, line, style)
            row += 1
        return row

    def number(self, row: int, column: int, value: float | None, number: str = "", style: str = "static") -> None:
        if value is None:
            self.text(row, column, "none", "right")
        else:
            self._measure(column, value, number)
            self.sheet.write_number(row, column, value, self.book.style(style, number))

    def formula(
        self, row: int, column: int, formula: str, value: Value, number: str = "", style: str = "formula"
    ) -> None:
        """`value` is what it comes to, for whoever shows the sheet without calculating it."""
        kept = "none" if value is None else value
        self._measure(column, value, number)
        self.sheet.write_formula(row, column, formula, self.book.style(style, number), kept)

    def months(
        self, row: int, formula: str, values: Sequence[float | None], number: str = "", style: str = "formula"
    ) -> None:
        """One formula in all months, from month 0."""
        own = self.book.style(style, number)
        for column, value in enumerate(values, MONTH_0):
            text = formula.replace(HERE, letters(column)).replace(BEFORE, letters(column - 1))
            self._measure(column, value, number)
            self.sheet.write_formula(row, column, text, own, "none" if value is None else value)

    def mark(self, first: int, left: int, last: int, right: int, criteria: str, value: str) -> None:
        """Cells that say so are red."""
        bad = self.book.workbook.add_format({"bg_color": "#F8CBAD", "font_color": RED})
        rule = {"type": "cell", "criteria": criteria, "value": value, "format": bad}
        self.sheet.conditional_format(first, left, last, right, rule)

    def link(self, row: int, column: int, target: str, text: str, style: str = "link") -> None:
        """To a cell of this workbook: 'Calc!A12'."""
        shown = clean(text, 255)
        self._grow(row, column, shown, style)
        self.sheet.write_url(row, column, f"internal:{target}", self.book.style(style), shown)

    def date(self, row: int, column: int, text: str, style: str = "text") -> None:
        """A real date where the text is one."""
        try:
            day = datetime.date.fromisoformat(text[:10])
        except ValueError:
            self.text(row, column, text, style)
        else:
            self.sheet.write_datetime(row, column, day, self.book.style(style, "yyyy-mm-dd"))


@lru_cache(maxsize=10_000)
def clean(text: str, longest: int = LONGEST) -> str:
    """Without characters that a workbook cannot hold; cut where a cell would be full."""
    kept = "".join(one for one in harmless(text) if unicodedata.category(one) not in ("Cs", "Cn"))
    units = kept.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return kept
    return units[: 2 * longest - 2].decode("utf-16-le", "ignore") + "…"


def shown(value: float, number: str) -> str:
    """As a cell of that format shows it: '-1,234.50', '12.00%'."""
    places = len(number.partition(";")[0].partition(".")[2].rstrip("%"))
    if number.endswith("%"):
        return f"{100 * value:.{places}f}%"
    return f"{value:,.{places}f}" if number and not number.endswith("E+00") else f"{value:.10g}"


def decimals(value: float, most: int) -> int:
    """Decimals that a number has, of `most`."""
    return next((places for places in range(most) if math.isclose(round(value, places), value, rel_tol=1e-12)), most)


def number_format(unit: str, values: Iterable[float | None], currency: str) -> str:
    """As many decimals as the largest of the values needs, and no more than any of them has."""
    sizes = [abs(one) for one in values if one]
    largest = max(sizes, default=0.0)
    if not sizes and not unit.startswith("share"):
        return "0"
    if unit.startswith("share") and largest < 20:
        return "0.00%" if largest >= 0.02 or not sizes else "0.0000%"
    if unit in ("0 or 1", "times"):
        return "0.00" if any(one % 1 for one in sizes) else "0"
    if unit.startswith(currency) and largest >= 1000:
        return "#,##0;[Red]-#,##0"
    if unit == "months":
        return "0.0" if any(one % 1 for one in sizes) else "0"
    if largest >= 100 and not any(one % 1 for one in sizes):
        return "#,##0;[Red]-#,##0"
    places = 2 if largest >= 10 else 4 if largest >= 0.1 else 6
    has = max(decimals(one, places) for one in sizes)
    if not has:
        return "#,##0;[Red]-#,##0"
    least = 2 if unit.startswith(currency) else 0
    zeros = "0" * (least if least and largest >= 1 else max(has, least))
    return f"#,##0.{zeros};[Red]-#,##0.{zeros}"
