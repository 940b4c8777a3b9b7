"""A workbook linter: one formula a row, no numbers in formulas, nothing hidden, volatile or foreign; links lead."""

import io
import re
import zipfile
from decimal import Decimal

import msgspec
import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from liftledger.report.workbook.book import shown
from tests.finance.lines import interval, line, measured
from tests.report.cases import cased_report, hostile_cased_report
from tests.report.conftest import HOSTILE
from tests.report.workbook import cases

TEXT = re.compile(r'"(?:[^"]|"")*"')
CELL = re.compile(r"(?<![A-Za-z0-9_.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![A-Za-z0-9_(])")
NUMBER = re.compile(r"(?<![A-Za-z0-9_.$])\d+(?:\.\d+)?(?![A-Za-z0-9_(])")
FUNCTION = re.compile(r"([A-Z][A-Z0-9.]*)\(")
KNOWN = {
    "ABS", "AND", "COLUMNS", "COUNT", "COUNTA", "EXACT", "IF", "IFERROR", "INDEX", "IRR", "ISERROR", "ISNUMBER", "LEFT",
    "LEN", "MAX", "MIN", "N", "NORMSDIST", "NORMSINV", "NPV", "ROUNDUP", "SIGN", "SQRT", "SUM", "SUMIF", "SUMPRODUCT",
    "SUMSQ",
}  # fmt: skip
MONTH_0 = 6  # its column, from 1
SHEETS = (
    "About", "Summary", "Inputs", "Evidence", "Calc", "Scenarios", "MonteCarlo", "PnL", "Checks", "Sources",
    "ChangeLog",
)  # fmt: skip


@pytest.fixture(scope="module", params=["golden", "rich", "ranged", "whole", "hostile", "large"])
def book(request):
    """The workbook of a case, as bytes."""
    report = {
        "golden": cases.golden_report,
        "rich": cases.rich_report,
        "ranged": cases.ranged_report,
        "whole": cased_report,
        "large": lambda: cases.of([measured(line(units=Decimal(10**12)), interval(5.0, 2.0))], months=13),
        "hostile": lambda: hostile_cased_report(HOSTILE),
    }[request.param]()
    return cases.written(report)


@pytest.fixture(scope="module")
def read(book):
    return openpyxl.load_workbook(io.BytesIO(book))


def formulas(read, *sheets):
    for sheet in read:
        if not sheets or sheet.title in sheets:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell, cell.value) for cell in row if cell.data_type == "f")


def relative(formula, cell):
    """The formula as it reads from its cell: references that move with it say how far they are away."""

    def away(found):
        fixed_column, column, fixed_row, row = found.groups()
        across = column if fixed_column else f"C[{column_index_from_string(column) - cell.column}]"
        return f"{across}{row if fixed_row else f'R[{int(row) - cell.row}]'}"

    return CELL.sub(away, formula)


def test_a_row_has_one_formula_in_all_months(read):
    for sheet in ("Calc", "Scenarios"):
        found = {}
        for _, cell, formula in formulas(read, sheet):
            if cell.column >= MONTH_0:
                found.setdefault(cell.row, {}).setdefault(relative(formula, cell), []).append(cell.coordinate)
        side_by_side = {row for row in found if sheet == "Scenarios" and row <= 16}
        mixed = {row: list(kinds) for row, kinds in found.items() if len(kinds) > 1 and row not in side_by_side}
        assert mixed == {}


def test_formulas_hold_no_number_but_0_1_and_12(read):
    found = []
    for sheet, cell, formula in formulas(read):
        bare = CELL.sub("", TEXT.sub("", formula))
        found += [(sheet, cell.coordinate, formula) for one in NUMBER.findall(bare) if float(one) not in (0, 1, 12)]
    assert found == []


def test_formulas_use_plain_functions_and_nest_no_conditions(read):
    for sheet, cell, formula in formulas(read):
        names = FUNCTION.findall(TEXT.sub("", formula))
        assert set(names) <= KNOWN, (sheet, cell.coordinate, formula)
        assert names.count("IF") <= 1, (sheet, cell.coordinate, formula)
        assert "[" not in formula and "{" not in formula, (sheet, cell.coordinate, formula)


def test_nothing_is_hidden_merged_foreign_or_run(book, read):
    assert tuple(read.sheetnames) == SHEETS
    for sheet in read:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(one.hidden for one in [*sheet.column_dimensions.values(), *sheet.row_dimensions.values()])
        assert sheet.protection.sheet and not sheet.protection.password
    names = zipfile.ZipFile(io.BytesIO(book)).namelist()
    assert not [name for name in names if "externalLink" in name or "vba" in name.lower() or "calcChain" in name]


def test_only_inputs_and_notes_are_unlocked_and_inputs_are_blue_on_yellow(read):
    for sheet in read:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    assert sheet.title in ("Inputs", "MonteCarlo", "Checks", "ChangeLog"), (
                        sheet.title,
                        cell.coordinate,
                    )
                    assert cell.data_type != "f"
                    assert (cell.font.color.rgb, cell.fill.fgColor.rgb) == ("FF0000FF", "FFFFFFCC")
    numbers = [cell for row in read["Inputs"]["D6:D12"] for cell in row if isinstance(cell.value, int | float)]
    assert numbers and not any(cell.protection.locked for cell in numbers)


def test_months_stand_in_the_same_columns(read):
    for sheet in ("Calc", "PnL", "Scenarios"):
        months = [cell for _, cell, formula in formulas(read, sheet) if "COLUMNS(" in formula or formula == "=Calc!F$4"]
        assert {cell.column for cell in months if cell.column == MONTH_0} == {MONTH_0}
        spacer = [row[0].value for row in read[sheet].iter_rows(min_col=5, max_col=5)]
        assert spacer == [None] * len(spacer)


def test_every_link_leads_to_a_cell_that_says_something(read):
    links = [cell.hyperlink for sheet in read for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links
    for link in links:
        target, _, cell = link.location.partition("!")
        assert read[target][cell].value is not None, (link.ref, link.location)


def test_three_clicks_lead_from_the_summary_to_raw_evidence(read):
    labels = [cell for cell in read["Summary"]["A"] if cell.hyperlink and cell.hyperlink.location.startswith("Calc!")]
    npv = read["Calc"][leads(labels[0], "Calc")]
    assert read["Calc"].cell(npv.row, 2).value == "summary.npv"
    given = read["Inputs"][leads(npv, "Inputs")]
    evidence = next(cell for cell in read["Inputs"][given.row] if cell.hyperlink)
    raw = read["Evidence"][leads(evidence, "Evidence")]
    told = [str(cell.value) for cell in read["Evidence"][raw.row]]
    assert any(text.startswith("liftledger explain FOLDER ") for text in told)


def leads(cell, sheet):
    """Where a link goes."""
    target, _, place = cell.hyperlink.location.partition("!")
    assert target == sheet
    return place


def test_every_number_has_room_in_its_column(book):
    narrow = []
    for sheet in openpyxl.load_workbook(io.BytesIO(book), data_only=True):
        width = {}
        for one in sheet.column_dimensions.values():
            width |= dict.fromkeys(range(one.min, one.max + 1), one.width)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    text = shown(float(cell.value), cell.number_format.replace("General", ""))
                    if len(text) > width.get(cell.column, 8.43) + 1:  # of smaller digits than a width counts
                        narrow.append((sheet.title, cell.coordinate, text))
    assert narrow == []


def test_a_long_name_of_a_company_is_cut_in_titles_and_whole_on_about():
    report = msgspec.structs.replace(cases.rich_report(), company="N" * 300)
    read = openpyxl.load_workbook(io.BytesIO(cases.written(report)))
    assert read["Summary"]["A1"].value == f"{'N' * 79}…: what it is worth"
    assert read["About"]["B4"].value == "N" * 300


def test_names_lead_to_single_inputs_and_read_well():
    read = openpyxl.load_workbook(io.BytesIO(cases.written(cases.rich_report())))
    assert read.defined_names["activation_units"].attr_text.startswith("Inputs!$D$")
    treated = next(
        formula for _, cell, formula in formulas(read, "Calc")
        if read["Calc"].cell(cell.row, 2).value == "lines.activation.treated"
    )  # fmt: skip
    assert treated == "=activation_units*(1-activation_holdout)"


def test_formulas_fit_a_line(read):
    # sums over all lines and costs grow with their number; all else is short
    long = [
        (sheet, formula)
        for sheet, _, formula in formulas(read, "Calc", "Scenarios", "PnL", "Summary")
        if len(TEXT.sub("", formula)) > 120
    ]
    assert long == []
