"""A block of the calculation: the rows of the workings, once for the case and once for each scenario."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from liftledger.domain.workings import Apply, Constant, Formula, Input, Of, Row, Workings
from liftledger.finance.workings.evaluation import Evaluation
from liftledger.report.numbers import capital, label
from liftledger.report.workbook.book import Page, number_format
from liftledger.report.workbook.formulas import Writing
from liftledger.report.workbook.helpers import Helper, Values, first_rate, sign_changes
from liftledger.report.workbook.places import HERE, LABEL, MONTH_0, NAME, UNIT, VALUE, Place

WHOLE = ("over_months", "product_over_months", "largest", "in_month", "sign_changes", "irr")  # of a monthly row


class Copy(msgspec.Struct, frozen=True):
    """An input as this block sees it."""

    given: Input
    source: Place  # on the sheet of inputs


class Block:
    """Lays the rows out on a sheet, so that others can point at them, and writes them."""

    def __init__(
        self, sheet: str, top: int, workings: Workings, given: Mapping[str, Place], *,
        changed: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        """`given`: where the inputs are. With `changed`, a scenario: inputs are copied into the block first."""
        self.sheet, self.top, self.workings = sheet, top, workings
        self.rows = tuple(plain(workings.rows))
        self._changed = changed
        self._named = {row.name: row for row in self.rows}
        self._running: set[str] = set()  # rows of money so far
        for row in self.rows:  # a row stands after those that it uses
            runs = any(isinstance(one, Apply) and one.function == "so_far" for one in parts(row.formula))
            if row.unit == workings.currency and (runs or self._running.intersection(used(row.formula))):
                self._running.add(row.name)
        self._part = ""
        self.lines: list[str | Copy | Row | Helper] = []
        self.places: dict[str, Place] = {} if changed is not None else dict(given)
        self.heads: dict[str, int] = {}
        self._month = Place(top, monthly=True)
        self._turns: dict[str, Place] = {}
        self._rates: dict[str, Place] = {}
        if changed is not None:
            self._head("Inputs of this scenario")
            for one in workings.inputs:
                self.places[one.name] = Place(self._next, bool(one.series))
                self.lines.append(Copy(one, given[one.name]))
        for row in self.rows:
            self._lay(row)
        self._found = Evaluation(workings.months, workings.inputs, self.rows, changed)

    @property
    def _next(self) -> int:
        return self.top + 1 + len(self.lines)

    @property
    def end(self) -> int:
        """The first row after the block."""
        return self._next

    def _head(self, text: str) -> None:
        if text not in self.heads:
            self.heads[text] = self._next
        self.lines.append(text)

    def _lay(self, row: Row) -> None:
        if row.part != self._part:
            self._part = row.part
            self._head(row.part)
        for part in parts(row.formula):
            match part:
                case Apply("sign_changes", (Of(name),)) if name not in self._turns:
                    self.lines += sign_changes(*self._of(name))
                    self._turns[name] = Place(self._next - 1, monthly=True)
                case Apply("irr", (Of(name),)) if name not in self._rates:
                    self.lines += first_rate(*self._of(name), self._month, self.workings.months)
                    self._rates[name] = Place(self._next - 1)
        self.places[row.name] = Place(self._next, row.monthly)
        self.lines.append(row)

    def _of(self, name: str) -> tuple[Place, str, int, Callable[[], Values]]:
        """What a helper must know of a row."""
        return self.places[name], self._named[name].label, self._next, lambda: self.values(name)

    def cell(self, name: str) -> str:
        """Of a row, as another sheet sees it: its number, or its total."""
        return self.places[name].elsewhere(self.sheet).cell

    def over(self, name: str) -> str:
        """All months of a row, as another sheet sees them."""
        return self.places[name].elsewhere(self.sheet).over(self.workings.months)

    def values(self, name: str) -> Values:
        row = self._named[name]
        return row.values if row.values and self._changed is None else self._found.numbers(name)

    def number(self, name: str) -> float | None:
        """Of a row's cell: its number, or its total."""
        values = self.values(name)
        return values[0] if len(values) == 1 and not self.places[name].monthly else total(values)

    def adds_up(self, row: Row) -> bool:
        """Whether the sum of its months means anything: a flow of money, and no running total."""
        return row.monthly and row.unit == self.workings.currency and row.name not in self._running

    def write(self, page: Page, link: Mapping[str, str]) -> None:
        """`link`: name of a row -> the cell with what it rests on."""
        self._write_months(page)
        writing = Writing(self.places, self._month, self.workings.months, self._turns, self._rates)
        for row, line in enumerate(self.lines, self.top + 1):
            match line:
                case str():
                    for column in range(MONTH_0 + self.workings.months + 1):
                        page.text(row, column, capital(label(line)) if column == LABEL else "", "part")
                case Copy():
                    self._write_copy(page, row, line)
                case Helper():
                    self._write_helper(page, row, line)
                case Row():
                    self._write_row(page, row, line, writing, link)

    def _write_months(self, page: Page) -> None:
        heads = ("", "Name", "Unit", "Value or total", "")
        page.texts(self.top, LABEL, heads[:VALUE], "head")
        page.texts(self.top, VALUE, heads[VALUE:], "head_number")
        page.text(self.top, LABEL, "Month", "head")
        own = f"$F{self.top + 1}"
        formula = f"=COLUMNS({own}:{HERE}{self.top + 1})-1"
        page.months(self.top, formula, [float(month) for month in range(self.workings.months + 1)], "0", "head_number")

    def _write_copy(self, page: Page, row: int, line: Copy) -> None:
        given, currency = line.given, self.workings.currency
        page.text(row, LABEL, given.label)
        page.text(row, NAME, given.name, "small")
        page.text(row, UNIT, given.unit, "unit")
        style = "other" if given.name in (self._changed or {}) else "across"
        values = self._found.numbers(given.name)
        shape = number_format(given.unit, values, currency)
        if given.series:
            page.months(row, f"={line.source.text}", values, shape, style)
        else:
            page.formula(row, VALUE, f"={line.source.cell}", values[0], shape, style)

    def _write_helper(self, page: Page, row: int, line: Helper) -> None:
        values = line.values()
        shape = number_format(line.unit or self.workings.currency, values, self.workings.currency)
        page.text(row, LABEL, line.label)
        page.text(row, UNIT, line.unit or self.workings.currency, "unit")
        if line.monthly:
            page.months(row, line.formula, values, shape)
        else:
            page.formula(row, VALUE, line.formula, values[0], shape)

    def _write_row(self, page: Page, row: int, line: Row, writing: Writing, link: Mapping[str, str]) -> None:
        if line.name in link:
            page.link(row, LABEL, link[line.name], line.label)
        else:
            page.text(row, LABEL, line.label)
        page.text(row, NAME, line.name, "small")
        page.text(row, UNIT, line.unit, "unit")
        values, place = self.values(line.name), self.places[line.name]
        shape = number_format(line.unit, values, self.workings.currency)
        formula = writing.formula(line.formula, place)
        style = "total" if line.part in ("Cash flow", "Summary") and not line.monthly else "formula"
        if not line.monthly:
            page.formula(row, VALUE, formula, values[0], shape, style)
            return
        page.months(row, formula, values, shape)
        if self.adds_up(line):
            page.formula(row, VALUE, f"=SUM({place.over(self.workings.months)})", total(values), shape, "total")


def total(values: Values) -> float | None:
    """None where one of them is."""
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def parts(formula: Formula) -> Iterator[Formula]:
    """The formula and all that it is made of."""
    yield formula
    if isinstance(formula, Apply):
        for one in formula.to:
            yield from parts(one)


def used(formula: Formula) -> Iterator[str]:
    """Names that stand in a formula."""
    return (part.name for part in parts(formula) if isinstance(part, Of))


def plain(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows; what is taken over months becomes a row of its own where it is not one yet."""
    for row in rows:
        helpers: list[Row] = []
        formula = _plain(row, row.formula, helpers)
        yield from helpers
        yield row if not helpers else msgspec.structs.replace(row, formula=formula)


def _plain(row: Row, formula: Formula, helpers: list[Row]) -> Formula:
    if not isinstance(formula, Apply):
        return formula
    to = [_plain(row, one, helpers) for one in formula.to]
    if formula.function in WHOLE:
        months = to[:1] if formula.function == "in_month" else to
        for place, one in enumerate(months):
            if isinstance(one, Apply | Constant):
                name = f"{row.name}.{len(helpers) + 1}"
                helpers.append(Row(name, f"{row.label}: of each month", row.unit, row.part, one, monthly=True))
                to[place] = Of(name)
    return Apply(formula.function, tuple(to))
