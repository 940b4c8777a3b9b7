"""MonteCarlo: what the simulation found, as values that a changed input leaves alone."""

import math
from collections.abc import Iterator

from liftledger.domain.cash import Exact, Money, Simulation, Switch
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.provenance import Provenance
from liftledger.report.workbook.block import Block
from liftledger.report.workbook.book import Book, number_format
from liftledger.report.workbook.places import LABEL, MONTH_0, UNIT, VALUE, at, box

SHEET = "MonteCarlo"
TOP = 8
FOUND = (
    ("mean", "Mean of the NPV", "summary.npv"),
    ("sd", "Standard deviation of the NPV", "closed_form.npv_se"),
    ("p5", "5% of the draws are below", ""),
    ("p50", "Half of the draws are below", ""),
    ("p95", "95% of the draws are below", ""),
    ("low", "Lower end of the NPV's interval", "closed_form.npv_low"),
    ("high", "Upper end of the NPV's interval", "closed_form.npv_high"),
    ("p_negative", "Probability that the NPV is below 0", "closed_form.p_negative"),
)
SIMULATED = {  # that Summary shows, too
    "mean": "Mean of the simulated NPV",
    "p5": "5% of the simulated NPV are below",
    "p50": "Half of the simulated NPV are below",
    "p95": "95% of the simulated NPV are below",
}
WHOLE = {  # of the first line, which are the simulation's where more than the effects was drawn
    "low": "NPV over all that is uncertain, lower end",
    "high": "NPV over all that is uncertain, upper end",
    "p_negative": "Probability, over all that is uncertain, that the NPV is below 0",
}
ERROR, CLOSED = MONTH_0, MONTH_0 + 1
CHART_ROWS = 4  # below the histogram, which is higher than few rows
ERRORS_ALLOWED = 4.0  # of the simulation: missed once in 16,000 cases


class MonteCarlo:
    """Where the simulation stands, and which of its figures the closed form must agree with."""

    def __init__(self, money: Money, provenance: Provenance, calc: Block | None) -> None:
        self.money, self.provenance, self.calc = money, provenance, calc
        self.simulation: Simulation | None = money.simulation
        self.sd = self.cell("sd")

    @property
    def comparable(self) -> bool:
        """Whether only what the closed form knows was drawn."""
        found = self.simulation
        return self.calc is not None and found is not None and bool(found.drawn) and not found.beyond_luck

    @property
    def pairs(self) -> list[tuple[str, str, str, str]]:
        """Label, simulated, its error, row of the closed form."""
        calc = self.calc
        if calc is None:
            return []
        return [
            (label, at(row, VALUE, SHEET), at(row, ERROR, SHEET), name)
            for row, (_, label, name) in enumerate(FOUND, TOP + 1)
            if name in calc.places
        ]

    @property
    def _rows(self) -> dict[str, int]:
        """Heads of the tables below the first, each with two empty rows before it."""
        found, row = {}, TOP + len(FOUND) + 3
        for name, size in self._sizes.items():
            found[name] = row
            row += size + 3 if size else 0
        return found | {"drawn": row + CHART_ROWS}

    @property
    def _sizes(self) -> dict[str, int]:
        """Rows of each table."""
        live = self.calc is not None
        return {
            "tornado": len(self.money.tornado) if live else 0,
            "switches": len(self.money.switches) if live else 0,
            "histogram": len(self.simulation.counts) if self.simulation else 0,
        }

    @property
    def _static(self) -> list[tuple[str, list[float]]]:
        """Cells that no formula feeds -> the numbers that they hold."""
        run = self.simulation
        if run is None:
            return []
        first = [run.number(name) for name, *_ in FOUND] + [run.errors.get(name) or 0.0 for name, *_ in FOUND]
        found = [(box((TOP + 1, VALUE), (TOP + len(FOUND), ERROR), SHEET), first)]
        numbers = {
            "tornado": [end for one in self.money.tornado for end in (one.low, one.high, one.npv_low, one.npv_high)],
            "switches": [number for one in self.money.switches for number in self._switched(one)],
            "histogram": [*run.bins[:-1], *run.bins[1:], *map(float, run.counts)] if run.counts else [],
        }
        for name, (left, right) in {
            "tornado": (VALUE, MONTH_0 + 2), "switches": (VALUE, MONTH_0), "histogram": (UNIT, MONTH_0),
        }.items():  # fmt: skip
            if size := self._sizes[name]:
                row = self._rows[name]
                found.append((box((row + 1, left), (row + size, right), SHEET), numbers[name]))
        return found

    def _switched(self, switch: Switch) -> Iterator[float]:
        """Where the NPV is 0, if anywhere, and what the input is."""
        if isinstance(switch.answer, Exact):
            yield switch.answer.value
        if self.calc is not None:
            yield self.calc.workings.input(switch.input).value

    @property
    def total(self) -> float:
        return math.fsum(number for _, numbers in self._static for number in numbers)

    @property
    def control(self) -> str:
        """Where it is added up."""
        return at(5, VALUE, SHEET)

    def cell(self, name: str) -> str:
        """Of a figure of the simulation."""
        return at(TOP + 1 + [one for one, *_ in FOUND].index(name), VALUE, SHEET)

    def write(self, book: Book) -> None:
        page = book.pages[SHEET]
        page.title("Monte Carlo", "Static: values of the report. They do not follow a changed input; Calc does.")
        page.widths(44, 26, 16, 15, 1.5, 15, 17, 15, 15)
        found = self.simulation
        if found is None:
            page.text(TOP, LABEL, "Nothing was simulated.", "note")
            return
        page.text(2, LABEL, "Draws")
        page.number(2, VALUE, float(found.draws), "#,##0")
        page.text(3, LABEL, "Seed")
        page.number(3, VALUE, float(found.seed), "0")
        page.texts(4, LABEL, ("Errors of the simulation that the closed form may be away", "errors_allowed", "errors"))
        page.number(4, VALUE, ERRORS_ALLOWED, "0", "input")
        book.define("errors_allowed", at(4, VALUE, SHEET))
        book.define("draws", at(2, VALUE, SHEET))
        page.text(5, LABEL, "Control total of all numbers below that are not live")
        boxes = ",".join(cells.partition("!")[2] for cells, _ in self._static)
        page.formula(5, VALUE, f"=SUM({boxes})", self.total, "0.000000")
        page.texts(TOP, LABEL, ("Of the NPV", "Name", "Unit"), "head")
        page.texts(TOP, VALUE, ("Simulated", "", "Its error", "Closed form, live"), "head_number")
        for row, (name, label, row_name) in enumerate(FOUND, TOP + 1):
            value = found.number(name)
            unit = "share" if name == "p_negative" else self._currency
            shape = number_format(unit, [value], self._currency)
            page.texts(row, LABEL, (label, name))
            page.text(row, UNIT, unit, "unit")
            page.number(row, VALUE, value, shape)
            page.number(
                row, ERROR, found.errors.get(name), number_format(unit, [found.errors.get(name)], self._currency)
            )
            if self.calc is not None and row_name in self.calc.places:
                page.formula(row, CLOSED, f"={self.calc.cell(row_name)}", self.calc.number(row_name), shape, "across")
        if not self.comparable:
            text = "More than the effects was drawn, so the closed form, which knows only their chance, may differ."
            page.text(TOP + len(FOUND) + 1, LABEL, text, "note_line")
        self._tornado(book, self._rows["tornado"])
        self._switches(book, self._rows["switches"])
        self._histogram(book, self._rows["histogram"], found)
        drawn = ", ".join(found.drawn) or "nothing"
        told = f"Drawn with liftledger {self.provenance.liftledger}: {drawn}."
        page.prose(self._rows["drawn"], told, 150, "note_line")

    @property
    def _currency(self) -> str:
        return self.calc.workings.currency if self.calc else ""

    def _tornado(self, book: Book, row: int) -> None:
        page = book.pages[SHEET]
        if not self.money.tornado or self.calc is None:
            return
        page.texts(row, LABEL, ("Tornado: one input at its 10% and 90% point", "Name", "Unit"), "head")
        heads = ("Input low", "", "Input high", "NPV at low", "NPV at high", "Between")
        page.texts(row, VALUE, heads, "head_number")
        first = row + 1
        for row, bar in enumerate(self.money.tornado, first):
            given = self.calc.workings.input(bar.input)
            shape = number_format(given.unit, [bar.low, bar.high], self._currency)
            money = number_format(self._currency, [bar.npv_low, bar.npv_high], self._currency)
            page.texts(row, LABEL, (given.label, bar.input))
            page.text(row, UNIT, given.unit, "unit")
            page.number(row, VALUE, bar.low, shape)
            page.number(row, MONTH_0, bar.high, shape)
            page.number(row, MONTH_0 + 1, bar.npv_low, money)
            page.number(row, MONTH_0 + 2, bar.npv_high, money)
            low, high = at(row, MONTH_0 + 1), at(row, MONTH_0 + 2)
            page.formula(row, MONTH_0 + 3, f"=ABS({high}-{low})", abs(bar.npv_high - bar.npv_low), money)

    def _switches(self, book: Book, row: int) -> None:
        page = book.pages[SHEET]
        if not self.money.switches or self.calc is None:
            return
        page.texts(row, LABEL, ("Value at which the NPV is 0, all else as it is", "Name", "Unit"), "head")
        page.texts(row, VALUE, ("Value", "", "As reported"), "head_number")
        page.text(row, MONTH_0 + 1, "Why there is none", "head_indent")
        first = row + 1
        for row, switch in enumerate(self.money.switches, first):
            given = self.calc.workings.input(switch.input)
            answer = switch.answer.value if isinstance(switch.answer, Exact) else None
            shape = number_format(given.unit, [answer, given.value], self._currency)
            page.texts(row, LABEL, (given.label, switch.input))
            page.text(row, UNIT, given.unit, "unit")
            page.number(row, VALUE, answer, shape)
            page.number(row, MONTH_0, given.value, shape)
            if isinstance(switch.answer, NoEstimate):
                page.text(row, MONTH_0 + 1, switch.answer.reason, "note_line")

    def _histogram(self, book: Book, row: int, found: Simulation) -> None:
        page = book.pages[SHEET]
        if not found.counts:
            return
        page.texts(row, LABEL, ("Histogram of the NPV", ""), "head")
        page.texts(row, UNIT, ("From", "To", "", "Draws"), "head_number")
        shape = number_format(self._currency, found.bins, self._currency)
        last = row + len(found.counts)
        for place, count in enumerate(found.counts):
            page.number(row + 1 + place, UNIT, found.bins[place], shape)
            page.number(row + 1 + place, VALUE, found.bins[place + 1], shape)
            page.number(row + 1 + place, MONTH_0, float(count), "#,##0")
        chart = book.workbook.add_chart({"type": "column"})
        chart.add_series({
            "name": [SHEET, row, MONTH_0], "gap": 5, "fill": {"color": "#5B7DB1"},
            "categories": [SHEET, row + 1, UNIT, last, UNIT],
            "values": [SHEET, row + 1, MONTH_0, last, MONTH_0],
        })  # fmt: skip
        chart.set_title({"name": "NPV over all draws", "name_font": {"size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_format": "#,##0", "num_font": {"size": 8}, "label_position": "low"})
        chart.set_y_axis({"num_font": {"size": 8}, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_size({"width": 620, "height": 300})
        page.sheet.insert_chart(row, CLOSED, chart, {"description": "Histogram of the NPV over all draws"})
