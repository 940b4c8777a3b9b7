"""Calc: the case itself. Months across, one formula a row, each row with a way to what it rests on."""

from collections.abc import Mapping

from liftledger.domain.workings import Input, Workings
from liftledger.report.workbook.block import Block, used
from liftledger.report.workbook.book import Book
from liftledger.report.workbook.places import MONTH_0, Place

SHEET = "Calc"
TOP = 3


def block(workings: Workings, inputs: Mapping[str, Place]) -> Block:
    """The case, laid out."""
    return Block(SHEET, TOP, workings, inputs)


def write(book: Book, calc: Block, inputs: Mapping[str, Place]) -> None:
    """With a way from each row to its inputs."""
    page = book.pages[SHEET]
    page.title(
        "Calculation",
        "Money in is positive; month 0 is the beginning, every other month counts at its end. "
        "A label leads to the inputs that the row rests on.",
    )
    page.month_widths(calc.workings.months)
    calc.write(page, links(calc, inputs))
    page.sheet.freeze_panes(TOP + 1, MONTH_0)
    page.sheet.repeat_rows(TOP)
    page.print_months(calc.workings.months)


def links(calc: Block, inputs: Mapping[str, Place]) -> dict[str, str]:
    """Row -> the first input that it rests on; one that was measured comes first."""
    given = {one.name: one for one in calc.workings.inputs}
    rests: dict[str, list[str]] = {}
    for row in calc.rows:
        found: dict[str, None] = {}
        for name in used(row.formula):
            found.update(dict.fromkeys([name] if name in given else rests[name]))
        rests[row.name] = list(found)
    return {name: f"Inputs!A{inputs[_best(found, given)].row + 1}" for name, found in rests.items() if found}


def _best(names: list[str], given: Mapping[str, Input]) -> str:
    return next((name for name in names if given[name].evidence), names[0])
