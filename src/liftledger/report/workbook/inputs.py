"""Inputs: every number that was given, once, with where it comes from, and what each scenario takes instead."""

from collections.abc import Mapping

import msgspec

from liftledger.domain.bounds import bounds
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.workings import Input, Scenario, Workings
from liftledger.report.numbers import label
from liftledger.report.workbook.block import Block
from liftledger.report.workbook.book import Book, Page, number_format
from liftledger.report.workbook.ends import Ends, tails
from liftledger.report.workbook.names import defined_names
from liftledger.report.workbook.places import LABEL, MONTH_0, NAME, UNIT, VALUE, Place, at, down, letters

SHEET = "Inputs"
TOP = 4  # the row of the heads
DETAILS = (
    "Low", "High", "Sd", "As reported", "Low as reported", "High as reported", "Sd as reported", "Source", "Owner",
    "As of", "Evidence", "Note", "In its currency", "Least", "Most", "Is a number", "Can be", "In its range",
    "As evidence", "Changed",
)  # fmt: skip
RANGE = ("Low", "High", "Sd")
NUMBERS = {*RANGE, "As reported", *(f"{detail} as reported" for detail in RANGE), "Least", "Most"}
KINDS = {"lines": "Benefit", "costs": "Cost", "studies": "Study", "scenarios": "Scenarios"}


class Inputs:
    """Where each input stands. The column of values is the case itself; each other scenario has a column."""

    def __init__(self, workings: Workings) -> None:
        self.workings = workings
        self.scenarios: tuple[Scenario, ...] = workings.scenarios[1:]
        self.first_detail = MONTH_0 + len(self.scenarios)
        tails_ = tails(self.scenarios)
        self.single = [one for one in workings.inputs if not one.series] + list(tails_)
        self.ends = Ends(workings, tails_)
        self.series = [one for one in workings.inputs if one.series]
        self.names = defined_names(one.name for one in self.single)
        self.lines: list[str | Input] = []
        for one in self.single:
            group = _group(one.name)
            if not self.lines or group != self._last_group():
                self.lines.append(group)
            self.lines.append(one)
        self.places = {
            one.name: Place(row, sheet=SHEET, name=self.names[one.name])
            for row, one in enumerate(self.lines, TOP + 1)
            if isinstance(one, Input)
        }
        self.months_top = TOP + len(self.lines) + 3
        for row, one in enumerate(self.series, self.months_top + 1):
            self.places[one.name] = Place(row, monthly=True, sheet=SHEET)

    def _last_group(self) -> str:
        return next(_group(one.name) for one in reversed(self.lines) if isinstance(one, Input))

    @property
    def last(self) -> int:
        return TOP + len(self.lines)

    def column(self, detail: str) -> int:
        return self.first_detail + DETAILS.index(detail)

    def flags(self, detail: str) -> str:
        """A column of details, as another sheet sees it."""
        return down(TOP + 1, self.last, self.column(detail), SHEET)

    def of_scenario(self, scenario: Scenario) -> dict[str, Place]:
        """Where a scenario reads its inputs: in its own column."""
        column = MONTH_0 + self.scenarios.index(scenario)
        return {name: msgspec.structs.replace(place, column=column) for name, place in self.places.items()}

    def write(self, book: Book, calc: Block, evidence: Mapping[str, str], cells: Mapping[str, str]) -> None:
        """`evidence`: id -> its cell on Evidence; `cells`: input -> the cell that holds the same number there."""
        page = book.pages[SHEET]
        page.title("Inputs", "Every number that was given. Change those on yellow; all else follows.")
        wide = {"Source": 12, "Owner": 16, "Evidence": 36, "Note": 44}
        details = [wide.get(detail, 10.5) for detail in DETAILS]
        rest = self.workings.months + 1 - len(self.scenarios) - len(DETAILS)
        page.widths(54, 24, 17, 15, 1.5, *[10.5] * len(self.scenarios), *details, *[10.5] * rest)
        page.large()
        page.texts(TOP, LABEL, ("Input", "Name in formulas", "Unit"), "head")
        page.texts(TOP, VALUE, ("Value", "", *(one.label or one.name for one in self.scenarios)), "head_number")
        for column, detail in enumerate(DETAILS, self.first_detail):
            page.text(TOP, column, detail, "head_number" if detail in NUMBERS else "head_indent")
        page.text(
            TOP - 1,
            MONTH_0,
            "Scenarios: on yellow where they have numbers of their own" if self.scenarios else "",
            "small",
        )
        for row, line in enumerate(self.lines, TOP + 1):
            if isinstance(line, str):
                for column in range(self.first_detail + len(DETAILS)):
                    page.text(row, column, line if column == LABEL else "", "part")
            else:
                self._write(book, row, line, calc, evidence, cells)
        book.define("changed_inputs", self.flags("Changed"))
        self._write_series(book)
        page.sheet.freeze_panes(TOP + 1, MONTH_0)
        page.sheet.repeat_rows(TOP)
        page.sheet.print_area(0, 0, self.months_top + len(self.series), self.column("Note"))

    def _write(
        self, book: Book, row: int, given: Input, calc: Block, evidence: Mapping[str, str], cells: Mapping[str, str]
    ) -> None:
        page, currency = book.pages[SHEET], self.workings.currency
        page.text(row, LABEL, given.label)
        page.text(row, NAME, self.names[given.name], "small")
        page.text(row, UNIT, given.unit, "unit")
        book.define(self.names[given.name], at(row, VALUE, SHEET))
        others = (one.inputs.get(given.name) for one in self.scenarios)
        known = [given.value, given.low, given.high, *others]
        shape = number_format(given.unit, known, currency)
        page.number(row, VALUE, given.value, shape, "input")
        own = [f"${letters(column)}{row + 1}" for column in (VALUE, *map(self.column, RANGE))]
        for column, scenario in enumerate(self.scenarios, MONTH_0):
            number = scenario.inputs.get(given.name, given.value)
            if given.name in scenario.ends:
                page.formula(row, column, self.ends.formula(given, scenario.ends[given.name], own, calc), number, shape)
            elif given.name in scenario.inputs:
                page.number(row, column, number, shape, "input")
            else:
                page.formula(row, column, f"=$D{row + 1}", given.value, shape)
        self._write_range(page, row, given, shape)
        least, most = bounds(given)
        for detail, limit in (("As reported", given.value), ("Least", least), ("Most", most)):
            if limit is not None:
                page.number(row, self.column(detail), limit, shape)
        for detail, formula in self._flags(row, given, cells.get(given.name)).items():
            page.formula(row, self.column(detail), formula, self.flag(detail, given), "0", "static")
        page.texts(row, self.column("Source"), (given.source, given.owner), "note")
        page.date(row, self.column("As of"), given.date, "note")
        if given.evidence in evidence:
            page.link(row, self.column("Evidence"), evidence[given.evidence], given.evidence)
        page.text(row, self.column("Note"), given.note, "note")

    def _write_range(self, page: Page, row: int, given: Input, shape: str) -> None:
        """Inputs themselves; of an assumed effect they are inputs elsewhere, as the case calculates with them."""
        for detail, number in _range(given).items():
            page.number(row, self.column(f"{detail} as reported"), number, shape)
            elsewhere = self._elsewhere(given, detail)
            if elsewhere:
                page.formula(row, self.column(detail), f"={elsewhere}", number, shape)
            else:
                page.number(row, self.column(detail), number, shape, "input")

    def _elsewhere(self, given: Input, detail: str) -> str | None:
        """Name of the input that is the end of this one's range."""
        return self.names.get(f"{given.name}_{detail.lower()}") if given.name.endswith(".effect") else None

    def flag(self, detail: str, given: Input) -> float:
        """What a flag is as long as nothing is changed."""
        match detail:
            case "Can be":
                values = [given.value, *(one.inputs.get(given.name, given.value) for one in self.scenarios)]
                return float(all(_within(value, *bounds(given)) for value in values))
            case "In its range":
                return float(_within(given.value, given.low, given.high))
            case "In its currency":
                return float(given.unit.startswith(self.workings.currency))
        return float(detail != "Changed")

    def _flags(self, row: int, given: Input, cell: str | None) -> dict[str, str]:
        """1 where all is well; of `Changed`, where it is not the report's."""

        def here(detail: str) -> str:
            return f"{letters(self.column(detail))}{row + 1}"

        value, all_values = f"D{row + 1}", f"D{row + 1}:{letters(self.first_detail - 1)}{row + 1}"
        reported = f"{here('Low as reported')}:{here('Sd as reported')}"
        changeable = [(value, here("As reported"))]
        changeable += [
            (here(detail), here(f"{detail} as reported"))
            for detail in _range(given)
            if self._elsewhere(given, detail) is None
        ]
        found = {
            "Is a number": (
                f"=N(AND(COUNT({all_values})=COLUMNS({all_values})-1,"
                f"COUNT({here('Low')}:{here('Sd')})=COUNT({reported})))"
            ),
            "Can be": (
                f"=N(AND(MIN({all_values})=MAX(MIN({all_values}),{here('Least')}),"
                f"MAX({all_values})=MIN(MAX({all_values}),{here('Most')})))"
            ),
            "In its range": f"=N(AND({value}=MAX({value},{here('Low')}),{value}=MIN({value},{here('High')})))",
            "Changed": "=" + "+".join(f"N({one}<>{other})" for one, other in changeable),
        }
        if is_money(given):
            found["In its currency"] = f"=N(LEFT(C{row + 1},LEN(currency))=currency)"
        if cell is not None:
            found["As evidence"] = f"=N({value}={cell})"
        return found

    def _write_series(self, book: Book) -> None:
        page, months, currency = book.pages[SHEET], self.workings.months, self.workings.currency
        if not self.series:
            return
        top = self.months_top
        page.text(top - 1, LABEL, "By month", "part")
        page.texts(top, LABEL, ("Input", "Name", "Unit"), "head")
        page.texts(top, VALUE, ("Total", ""), "head_number")
        numbers = [float(month) for month in range(months + 1)]
        page.months(top, f"=COLUMNS($F{top + 1}:\ue000{top + 1})-1", numbers, "0", "head_number")
        for row, given in enumerate(self.series, top + 1):
            group = _group(given.name)
            page.texts(row, LABEL, (f"{given.label} ({group})", given.name))
            page.text(row, UNIT, given.unit, "unit")
            shape = number_format(given.unit, given.series, currency)
            place = self.places[given.name]
            cells = place.over(months).partition("!")[2]
            page.formula(row, VALUE, f"=SUM({cells})", sum(given.series), shape, "total")
            for column, number in enumerate(given.series, MONTH_0):
                page.number(row, column, number, shape, "input")


def _group(name: str) -> str:
    """Under which head an input stands: 'Benefit: onboarding'."""
    kind, _, rest = name.partition(".")
    if not rest:
        return "The case"
    own = rest.rpartition(".")[0]
    return f"{KINDS.get(kind, kind)}: {label(own)}" if own else KINDS.get(kind, label(kind))


def is_money(given: Input) -> bool:
    """Whether its unit is a currency, or one per something."""
    return given.unit.partition(" ")[0] in MINOR_DIGITS


def _range(given: Input) -> dict[str, float]:
    """Those of its range's details that it has."""
    found = zip(RANGE, (given.low, given.high, given.sd), strict=True)
    return {detail: number for detail, number in found if number is not None}


def _within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or least <= value) and (most is None or value <= most)
