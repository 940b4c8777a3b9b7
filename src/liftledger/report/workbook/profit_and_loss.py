"""PnL: the cash by year, alive, and below it the views that the report adds, as values."""

from collections.abc import Iterator

from liftledger.domain.cash import Exact, Extra, Figure, Money
from liftledger.domain.estimate import NoEstimate
from liftledger.report.figures import called
from liftledger.report.numbers import capital, label
from liftledger.report.workbook.block import Block, total
from liftledger.report.workbook.book import Book, Page, number_format
from liftledger.report.workbook.places import HERE, LABEL, MONTH_0, NAME, UNIT, VALUE, at, box, letters

SHEET = "PnL"
TOP = 4
HOW = MONTH_0 + 2  # column of formulas in words


class ProfitAndLoss:
    """Rows of money by year; the year of a month is a row of its own, so that each row has one formula."""

    def __init__(self, money: Money, calc: Block | None) -> None:
        self.money, self.calc = money, calc
        self.rows = [row for row in calc.rows if calc.adds_up(row)] if calc else []

    def cell(self, name: str) -> str:
        """The total over all years of a row of money."""
        row = TOP + 3 + [one.name for one in self.rows].index(name)
        return at(row, VALUE, SHEET)

    @property
    def numbers(self) -> str:
        """Cash by year, as another sheet sees it."""
        years = -(-self.calc.workings.months // 12) if self.calc else 0
        return box((TOP + 3, VALUE), (TOP + 2 + len(self.rows), MONTH_0 + years), SHEET)

    @property
    def first_free(self) -> int:
        return TOP + 2 + len(self.rows) + 2

    def write(self, book: Book) -> None:
        page = book.pages[SHEET]
        page.title("Profit and loss views", "Cash by year follows the inputs; what is below it is as reported.")
        if self.calc is None:
            page.text(TOP, LABEL, "Nothing is priced.", "note")
        else:
            page.month_widths(self.calc.workings.months)
            self._by_year(book, self.calc)
            page.print_months(self.calc.workings.months)
        row = self.first_free
        for extra in self.money.extras:
            row = self._extra(book, row, extra)
        page.sheet.freeze_panes(0, 1)

    def _by_year(self, book: Book, calc: Block) -> None:
        page, months, currency = book.pages[SHEET], calc.workings.months, calc.workings.currency
        page.texts(TOP, LABEL, ("Month", "", ""), "head")
        page.texts(TOP, VALUE, ("", ""), "head_number")
        numbers = [float(month) for month in range(months + 1)]
        page.months(TOP, f"=Calc!{HERE}${calc.top + 1}", numbers, "0", "head_number")
        page.texts(TOP + 1, LABEL, ("Year; 0 is the beginning", "", "year"))
        years = [float(-(-month // 12)) for month in range(months + 1)]
        page.months(TOP + 1, f"=ROUNDUP({HERE}{TOP + 1}/12,0)", years, "0")
        page.text(TOP - 1, LABEL, "Cash by year", "part")
        year_row = f"${letters(MONTH_0)}${TOP + 2}:${letters(MONTH_0 + months)}${TOP + 2}"
        last = int(years[-1])
        head = TOP + 2
        page.texts(head, LABEL, ("Year", "", "Unit"), "head")
        page.texts(head, VALUE, ("Total", ""), "head_number")
        for year in range(last + 1):
            page.number(head, MONTH_0 + year, float(year), "0", "head_number")
        for row, line in enumerate(self.rows, head + 1):
            values = calc.values(line.name)
            shown = (
                line.label if line.part in ("Cash flow", "Summary") else f"{capital(label(line.part))}: {line.label}"
            )
            page.link(row, LABEL, f"Calc!A{calc.places[line.name].row + 1}", shown)
            page.text(row, NAME, line.name, "small")
            page.text(row, UNIT, line.unit, "unit")
            formula = f"=SUMIF({year_row},{HERE}${head + 1},{calc.over(line.name)})"
            sums = [
                total([value for value, own in zip(values, years, strict=True) if own == year])
                for year in range(last + 1)
            ]
            shape = number_format(line.unit, [*sums, total(sums)], currency)
            page.months(row, formula, sums, shape)
            end = letters(MONTH_0 + last)
            page.formula(row, VALUE, f"=SUM($F{row + 1}:${end}{row + 1})", total(sums), shape, "total")

    def _extra(self, book: Book, row: int, extra: Extra) -> int:
        """A table of the report, and the figures behind it."""
        page, currency = book.pages[SHEET], self.calc.workings.currency if self.calc else ""
        page.text(row, LABEL, f"{extra.title} (as reported)", "part")
        row += 1
        for words in extra.words:
            row = page.prose(row, words, 180)
        if extra.figures:
            page.texts(row, LABEL, ("Figure", "Id", "Unit"), "head")
            page.texts(row, VALUE, ("Value", "", "Low", "High"), "head_number")
            page.text(row, HOW, "How", "head_indent")
        for figure in extra.figures:
            row += 1
            _figure(page, row, figure, currency)
        if extra.figures:
            row += 2
        if extra.rows:
            columns = list(_columns(len(extra.heads)))
            page.texts(row, NAME, [""] * (MONTH_0 - NAME), "head")
            for column, head in zip(columns, extra.heads, strict=True):
                page.text(row, column, head, "head" if column == LABEL else "head_number")
            for cells in extra.rows:
                row += 1
                for column, cell in zip(columns, cells, strict=True):
                    if column == LABEL:
                        page.text(row, column, str(cell))
                    elif isinstance(cell, str):
                        page.date(row, column, cell, "right")
                    else:
                        shape = number_format(currency if abs(cell or 0) >= 1000 else "", [cell], currency)
                        page.number(row, column, cell, shape)
            row += 1
        return row + 2


def _figure(page: Page, row: int, figure: Figure, currency: str) -> None:
    page.text(row, LABEL, capital(called(figure)))
    page.text(row, NAME, figure.id, "small")
    page.text(row, UNIT, figure.unit, "unit")
    answer = figure.answer
    if isinstance(answer, NoEstimate):
        page.number(row, VALUE, None)
        page.text(row, HOW, answer.reason, "note_line")
        return
    numbers = [answer.value] if isinstance(answer, Exact) else [answer.value, answer.low, answer.high]
    shape = number_format(figure.unit, numbers, currency)
    for column, number in zip((VALUE, MONTH_0, MONTH_0 + 1), numbers, strict=False):
        page.number(row, column, number, shape)
    page.text(row, HOW, figure.formula, "note_line")


def _columns(count: int) -> Iterator[int]:
    """The first holds names; the others stand where the years and months do."""
    yield LABEL
    yield from range(MONTH_0, MONTH_0 + count - 1)
