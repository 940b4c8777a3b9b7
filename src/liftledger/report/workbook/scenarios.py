"""Scenarios: side by side, and below the whole calculation of each, fed by its own column of the inputs."""

from liftledger.domain.workings import Scenario, Workings
from liftledger.report.workbook.block import Block
from liftledger.report.workbook.book import Book, number_format
from liftledger.report.workbook.inputs import Inputs
from liftledger.report.workbook.places import LABEL, MONTH_0, UNIT, VALUE

SHEET = "Scenarios"
TOP = 3
FIGURES = (
    "summary.npv", "closed_form.npv_low", "closed_form.npv_high", "summary.benefits", "summary.costs", "summary.roi",
    "summary.payback", "summary.discounted_payback", "summary.irr_annual", "closed_form.p_negative",
    "summary.break_even",
)  # fmt: skip
REPORTED = "reported"  # how the names begin of what Summary has as reported
GAP = 2  # rows between blocks


class Scenarios:
    """The blocks of all scenarios but the first, which is the case on Calc."""

    def __init__(self, workings: Workings, inputs: Inputs, calc: Block) -> None:
        self.workings, self.inputs = workings, inputs
        self.figures = [name for name in FIGURES if name in calc.places]
        top = TOP + 1 + len(self.figures) + GAP + 2
        self.blocks: list[tuple[Scenario, Block]] = []
        for scenario in inputs.scenarios:
            block = Block(SHEET, top + 2, workings, inputs.of_scenario(scenario), changed=scenario.inputs)
            self.blocks.append((scenario, block))
            top = block.end + GAP
        self.all = [(self._case, calc), *self.blocks]

    @property
    def _case(self) -> Scenario:
        return self.workings.scenarios[0] if self.workings.scenarios else Scenario("case", "The case", "", {})

    def write(self, book: Book) -> None:
        page = book.pages[SHEET]
        page.title("Scenarios", "Alive: each is the calculation again, with its own column of the inputs.")
        page.month_widths(self.workings.months)
        self._compare(book)
        for scenario, block in self.blocks:
            page.title(scenario.label or scenario.name, scenario.description, block.top - 2)
            block.write(page, {})
        if not self.blocks:
            page.text(TOP + len(self.figures) + 2, LABEL, "No scenarios are declared.", "note")
        page.sheet.freeze_panes(TOP, MONTH_0)
        page.print_months(self.workings.months)

    def _compare(self, book: Book) -> None:
        """One row a figure, one column a scenario; the case stands first."""
        page, currency = book.pages[SHEET], self.workings.currency
        page.texts(TOP, LABEL, ("Side by side", "", "Unit", ""), "head")
        case = self.all[0][1]
        for column, (scenario, _) in zip(self._columns, self.all, strict=True):
            page.text(TOP, column, scenario.label or scenario.name, "head_number")
        for row, name in enumerate(self.figures, TOP + 1):
            own = next(one for one in self.workings.rows if one.name == name)
            page.link(row, LABEL, f"Calc!A{case.places[name].row + 1}", own.label)
            page.text(row, UNIT, own.unit, "unit")
            for column, (_, block) in zip(self._columns, self.all, strict=True):
                value = block.number(name)
                shape = number_format(own.unit, [value], currency)
                elsewhere = block is case
                cell = block.cell(name) if elsewhere else block.places[name].cell
                page.formula(row, column, f"={cell}", value, shape, "across" if elsewhere else "formula")

    @property
    def _columns(self) -> list[int]:
        return [VALUE, *range(MONTH_0, MONTH_0 + len(self.blocks))]


def reported_name(figure: str) -> str:
    """Name in formulas of a figure of the summary as reported."""
    return f"{REPORTED}_{figure.removeprefix('summary.')}"


def reported_scenario(block: Block) -> str:
    """Name in formulas of the NPV of a scenario as reported."""
    return f"{REPORTED}_{block.sheet.lower()}_{block.top + 1}"


def npv_of(scenario: Scenario, block: Block) -> float | None:
    """As reported."""
    return scenario.outcome.get("summary.npv", block.number("summary.npv"))
