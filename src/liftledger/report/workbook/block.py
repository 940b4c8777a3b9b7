"""A block of the calculation: the rows of the workings, once for the case and once for each scenario."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.workings import Apply, Constant, Formula, Input, Month, Of, Row, Workings
from liftledger.finance.evaluation import Evaluation
from liftledger.report.workbook.book import Page, number_format
from liftledger.report.workbook.formulas import Writing
from liftledger.report.workbook.places import BEFORE, HERE, LABEL, MONTH_0, NAME, UNIT, VALUE, Place, at

WHOLE = ("over_months", "product_over_months", "largest", "in_month", "sign_changes", "irr")  # of a monthly row
Values = Sequence[float | None]


class Copy(msgspec.Struct, frozen=True):
    """An input as this block sees it."""

    given: Input
    source: Place  # on the sheet of inputs


class Sign(msgspec.Struct, frozen=True):
    """The last sign of a monthly row, kept over months of 0; `turns`: where it changes."""

    of: Row
    turns: bool


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
        self._part = ""
        self.lines: list[str | Copy | Row | Sign] = []
        self.places: dict[str, Place] = {} if changed is not None else dict(given)
        self.heads: dict[str, int] = {}
        self._turns: dict[str, Place] = {}
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
        for name in turning(row.formula):
            if name not in self._turns:
                of = self._named[name]
                self.lines.append(Sign(of, turns=False))
                self._turns[name] = Place(self._next, monthly=True)
                self.lines.append(Sign(of, turns=True))
        self.places[row.name] = Place(self._next, row.monthly)
        self.lines.append(row)

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

    def write(self, page: Page, link: Mapping[str, str]) -> None:
        """`link`: name of a row -> the cell with what it rests on."""
        month = Place(self.top, monthly=True)
        self._write_months(page)
        writing = Writing(self.places, month, self.workings.months, self._turns)
        for row, line in enumerate(self.lines, self.top + 1):
            match line:
                case str():
                    for column in range(MONTH_0 + self.workings.months + 1):
                        page.text(row, column, line if column == LABEL else "", "part")
                case Copy():
                    self._write_copy(page, row, line)
                case Sign():
                    self._write_sign(page, row, line)
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
        page.texts(row, LABEL, (f"{given.label}", given.name, given.unit))
        values = self._found.numbers(given.name)
        shape = number_format(given.unit, values, currency)
        if given.series:
            page.months(row, f"={line.source.text}", values, shape, "across")
        else:
            page.formula(row, VALUE, f"={line.source.cell}", values[0], shape, "across")

    def _write_sign(self, page: Page, row: int, line: Sign) -> None:
        values = signs(self.values(line.of.name))
        if line.turns:
            page.texts(row, LABEL, (f"{line.of.label}: 1 where the sign changes", "", "0 or 1"))
            before = (0.0, *values)
            values = [float(one * other < 0) for one, other in zip(before, values, strict=False)]
            page.months(row, f"=N({HERE}{row}*{BEFORE}{row}<0)", values, "0")
        else:
            page.texts(row, LABEL, (f"{line.of.label}: sign, kept over months of 0", "", "-1, 0 or 1"))
            own = self.places[line.of.name].text
            page.months(row, f"=IF({own}=0,{BEFORE}{row + 1},SIGN({own}))", values, "0")

    def _write_row(self, page: Page, row: int, line: Row, writing: Writing, link: Mapping[str, str]) -> None:
        if line.name in link:
            page.link(row, LABEL, link[line.name], line.label)
        else:
            page.text(row, LABEL, line.label)
        page.text(row, NAME, line.name, "small")
        page.text(row, UNIT, line.unit, "note")
        values, place = self.values(line.name), self.places[line.name]
        shape = number_format(line.unit, values, self.workings.currency)
        formula = writing.formula(line.formula, place)
        style = "total" if line.part in ("Cash flow", "Summary") and not line.monthly else "formula"
        if not line.monthly:
            page.formula(row, VALUE, formula, values[0], shape, style)
            return
        page.months(row, formula, values, shape)
        if adds_up(line, self.workings.currency):
            page.formula(row, VALUE, f"=SUM({place.over(self.workings.months)})", total(values), shape, "total")


def adds_up(row: Row, currency: str) -> bool:
    """Whether the sum of its months means anything."""
    running = isinstance(row.formula, Apply) and row.formula.function == "so_far"
    return row.monthly and row.unit == currency and not running


def total(values: Values) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def signs(values: Values) -> list[float]:
    found, last = [], 0.0
    for value in values:
        last = last if not value else 1.0 if value > 0 else -1.0
        found.append(last)
    return found


def turning(formula: Formula) -> Iterator[str]:
    """Rows of which the changes of sign are counted."""
    if isinstance(formula, Apply):
        if formula.function == "sign_changes":
            yield from (one.name for one in formula.to if isinstance(one, Of))
        for one in formula.to:
            yield from turning(one)


def used(formula: Formula) -> Iterator[str]:
    """Names that stand in a formula."""
    match formula:
        case Of(name):
            yield name
        case Apply(_, to):
            for one in to:
                yield from used(one)


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


