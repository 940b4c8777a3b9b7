"""A spreadsheet program finds the numbers that the workbook holds, and follows a changed input as the tool does.

Each test starts LibreOffice once, for many workbooks.
"""

import datetime
import io
import re
import zipfile

import msgspec
import openpyxl
import pytest

from liftledger.finance.uncertainty.scenarios import scenarios
from liftledger.finance.workings.evaluation import Evaluation
from tests.finance.test_golden import PRIOR
from tests.report.cases import cased_report, hostile_cased_report
from tests.report.conftest import HOSTILE
from tests.report.workbook import cases
from tests.report.workbook.office import letters, recalculated

ERROR = re.compile(r"#(N/A|DIV/0!|VALUE!|NAME\?|NUM!|REF!|NULL!)|Err:\d+")
FIRST = 6  # column of month 0, from 1
MONEY = 1e-12  # of the money that flows: what is left where large numbers cancel


def kept(book: bytes):
    """Sheet -> cell -> value as the file holds it."""
    read = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value.date().isoformat() if isinstance(cell.value, datetime.datetime) else cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in read
    }


def same(one, other, scale):
    if isinstance(one, int | float) and isinstance(other, float):
        return abs(one - other) <= max(1e-9 * max(abs(one), abs(other)), MONEY * scale)
    return one == other


def size(report):
    """The largest number of the case."""
    values = [value for row in report.money.workings.rows for value in row.values if value is not None]
    return max(1.0, *map(abs, values))


def named_rows(sheet, first=1):
    """Name of a row of the workings -> number of its row, from row `first` on."""
    names = [(int(cell[1:]), text) for cell, text in sheet.items() if re.fullmatch(r"B\d+", cell)]
    found = {}
    for row, name in sorted(names):
        if row >= first:
            found.setdefault(name, row)
    return found


def numbers(sheet, row, monthly, months):
    """As the sheet has them; None where it says 'none'."""
    columns = [letters(FIRST - 1 + month) for month in range(months + 1)] if monthly else ["D"]
    return [None if sheet.get(f"{column}{row}") == "none" else sheet.get(f"{column}{row}") for column in columns]


def changed(book: bytes, cell: str, content: str, sheet: str = "Inputs") -> bytes:
    """The workbook with another content of one cell, and all else as it was kept: every other cell is now stale."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(found, "w") as new:
        names = openpyxl.load_workbook(io.BytesIO(book), read_only=True).sheetnames
        place = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        for name in old.namelist():
            text = old.read(name)
            if name == place:
                pattern = rf'<c r="{cell}"( s="\d+")?[^>]*?>.*?</c>'
                text, count = re.subn(pattern, rf'<c r="{cell}"\1 {content}', text.decode(), count=1)
                assert count == 1, (sheet, cell)
                text = text.encode()
            new.writestr(name, text)
    return found.getvalue()


def number(value: float) -> str:
    return f"><v>{value!r}</v></c>"


def text(value: str) -> str:
    return f't="inlineStr"><is><t>{value}</t></is></c>'


BLANK = "></c>"
NOT_A_NUMBER = 't="e"><v>#N/A</v></c>'


def test_every_cell_comes_to_what_the_file_says_and_all_checks_hold(tmp_path):
    reports = {
        "goldenraw": cases.golden_report(),
        "goldenshrunk": cases.golden_report(PRIOR),
        "whole": cased_report(),
        "hostile": hostile_cased_report(HOSTILE),
        "formula": hostile_cased_report("=1+1"),
        "rich": cases.rich_report(),
        "ranged": cases.ranged_report(),
        **cases.edge_reports(),
        **cases.drawn_reports(6),
    }
    books = {name: cases.written(report) for name, report in reports.items()}
    found = recalculated(books, tmp_path)
    for name, book in books.items():
        scale = size(reports[name])
        wrong = [
            (name, sheet, cell, value, found[name][sheet].get(cell))
            for sheet, cells in kept(book).items()
            for cell, value in cells.items()
            if isinstance(value, int | float) and not same(value, found[name][sheet].get(cell), scale)
        ]
        assert wrong == []
        errors = [
            (name, sheet, cell, value)
            for sheet, cells in found[name].items()
            for cell, value in cells.items()
            if isinstance(value, str) and ERROR.fullmatch(value)
        ]
        assert errors == []
        assert found[name]["Summary"]["D4"] == "ALL CHECKS HOLD", name
    golden = found["goldenshrunk"]["Calc"]
    rows = named_rows(golden)
    # finance.md, 2.1: computed by independent scripts
    assert golden[f"D{rows['summary.npv']}"] == pytest.approx(-114_389.37, abs=0.005)
    assert golden[f"D{rows['closed_form.npv_se']}"] == pytest.approx(177_994.16, abs=0.005)
    assert golden[f"D{rows['closed_form.p_negative']}"] == pytest.approx(0.7397770, abs=5e-8)
    assert golden[f"D{rows['summary.payback']}"] == "none"
    raw = found["goldenraw"]["Calc"]
    rows = named_rows(raw)
    assert raw[f"D{rows['summary.payback']}"] == pytest.approx(11.1363, abs=5e-5)
    assert raw[f"D{rows['summary.irr_monthly']}"] == pytest.approx(0.0598905, abs=5e-8)


# Of each input of the rich case another value that it could have.
OTHERS = {
    "discount": 0.25, "margin": 0.35, "confidence": 0.5, "pace": 1.5, "overrun": 1.4, "studies.test.luck": -0.75,
    "lines.activation.effect": -0.02, "lines.activation.se": 0.03, "lines.activation.units": 4400.0,
    "lines.activation.holdout": 0.2, "lines.activation.worth": 20.5, "lines.activation.realisation": 1.0,
    "lines.activation.ramp": 7.0, "lines.activation.decay": 0.25, "lines.deflection.units": 100.0,
    "lines.deflection.effect": 0.01, "lines.mailing.prior_mean": 0.5,
    "lines.mailing.prior_sd": 0.25, "lines.stay.first": 0.06, "lines.stay.stays": 0.9,
    "costs.build.once": 0.0, "costs.models.per_decision": 0.004,
    "costs.models.decisions": 10.0, "costs.models.start": 4.0, "costs.models.end": 5.0, "costs.models.once": 700.0,
}  # fmt: skip


def test_a_changed_input_gives_what_the_tool_gives_in_the_case_and_in_every_scenario(tmp_path):
    report = cases.rich_report()
    workings, book = report.money.workings, cases.written(report)
    inputs = labelled_inputs(book, workings)
    books = {str(n): changed(book, inputs[name], number(OTHERS[name])) for n, name in enumerate(OTHERS)}
    found = recalculated(books, tmp_path)
    for n, name in enumerate(OTHERS):
        sheets, other = found[str(n)], {name: OTHERS[name]}
        calc = sheets["Calc"]
        follows(calc, named_rows(calc), workings, other)
        titles = {value: int(cell[1:]) for cell, value in sheets["Scenarios"].items() if re.fullmatch(r"A\d+", cell)}
        for scenario in workings.scenarios[1:]:
            rows = named_rows(sheets["Scenarios"], titles[scenario.label] + 1)
            follows(sheets["Scenarios"], rows, workings, other | scenario.inputs)
        assert sheets["Summary"]["D5"] == 1, name  # one input differs from the report's
        measured = workings.input(name).evidence != ""
        assert sheets["Summary"]["D4"] == ("CHECKS FAIL" if measured else "ALL CHECKS HOLD"), name


START, QUIET = "lines.start", "lines.quiet"
# Of what has a range: its value, its ends or its sd, changed together. The last turn an effect to harm, where the worse
# end of the line's units, holdout and months is the other one; and the months to losses, where that of the discount is.
RANGES = [
    {f"{START}.effect": {"value": 0.02, "low": -0.01, "high": 0.03}},
    {f"{START}.effect": {"low": 0.035}}, {f"{START}.effect": {"high": 0.041}}, {f"{START}.effect": {"value": 0.06}},
    {f"{START}.units": {"value": 180.0}}, {f"{START}.units": {"low": 90.0}}, {f"{START}.units": {"high": 400.0}},
    {f"{START}.holdout": {"high": 0.5}}, {f"{START}.ramp": {"value": 4.0, "high": 9.0}},
    {f"{START}.decay": {"high": 0.3}}, {f"{START}.realisation": {"low": 0.1}},
    {f"{QUIET}.units": {"low": 100.0, "high": 9000.0}}, {f"{QUIET}.worth": {"value": 2.0}},
    {f"{QUIET}.worth": {"sd": 0.6}}, {f"{QUIET}.se": {"value": 0.05}},
    {"margin": {"value": 0.6, "low": 0.4}}, {"costs.build.once": {"value": 8000.0, "high": 26205.0}},
    {"costs.build.once": {"low": 100.0}}, {"costs.run.monthly": {"value": 300.0, "high": 2000.0}},
    {"discount": {"high": 0.9}}, {"discount": {"value": 0.2, "low": 0.15}}, {f"{QUIET}.decay": {"high": 0.3}},
    {"costs.run.monthly": {"value": 5000.0, "high": 9000.0}},  # at a loss each month, less discount is worse
    {f"{START}.effect": {"value": -0.02, "low": -0.09, "high": 0.01}}, {f"{QUIET}.effect": {"value": 0.03}},
]  # fmt: skip
COLUMNS = {"value": "Value", "low": "Low", "high": "High", "sd": "Sd"}


def test_a_changed_value_or_range_gives_the_scenarios_that_the_tool_gives_with_it(tmp_path):
    report = cases.ranged_report()
    workings, book = report.money.workings, cases.written(report)
    cells = {name: cell[1:] for name, cell in labelled_inputs(book, workings).items()}
    columns = {value: cell[:-1] for cell, value in kept(book)["Inputs"].items() if re.fullmatch(r"[A-Z]+5", cell)}
    books = {}
    for n, change in enumerate(RANGES):
        books[str(n)] = book
        for name, parts in change.items():
            for part, value in parts.items():
                # the ends of an assumed effect are inputs of their own
                own = cells.get(f"{name}_{part}") if name == f"{START}.effect" else None
                cell = f"D{own}" if own else f"{columns[COLUMNS[part]]}{cells[name]}"
                books[str(n)] = changed(books[str(n)], cell, number(value))
    found = recalculated(books, tmp_path)
    for n, change in enumerate(RANGES):
        sheets, other = found[str(n)], with_ranges(workings, change)
        made = scenarios(other, (cases.DIRE,))
        titles = {value: int(cell[1:]) for cell, value in sheets["Scenarios"].items() if re.fullmatch(r"A\d+", cell)}
        for scenario in made[1:]:
            rows = named_rows(sheets["Scenarios"], titles[scenario.label] + 1)
            follows(sheets["Scenarios"], rows, other, scenario.inputs)
            shown = sheets["Scenarios"][f"D{rows['summary.npv']}"]
            assert shown == pytest.approx(scenario.outcome["summary.npv"], rel=1e-9), (scenario.name, change)
        assert sheets["Summary"]["D5"] == sum(map(len, change.values())), change
        measured = {f"{QUIET}.se", f"{QUIET}.effect"} & set(change)
        assert sheets["Summary"]["D4"] == ("CHECKS FAIL" if measured else "ALL CHECKS HOLD"), change


def with_ranges(workings, change):
    """The same with other values and ranges of inputs, as if they had been declared."""
    given = {name: dict(parts) for name, parts in change.items()}
    for part in ("low", "high"):
        if part in given.get(f"{START}.effect", {}):
            given[f"{START}.effect_{part}"] = {"value": given[f"{START}.effect"][part]}
    inputs = (msgspec.structs.replace(one, **given.get(one.name, {})) for one in workings.inputs)
    return msgspec.structs.replace(workings, inputs=tuple(inputs))


def follows(sheet, rows, workings, given):
    tool = Evaluation(workings.months, workings.inputs, workings.rows, given)
    scale = max(abs(value or 0.0) for row in workings.rows for value in tool.numbers(row.name))
    for row in workings.rows:
        expected = tool.numbers(row.name)
        shown = numbers(sheet, rows[row.name], row.monthly, workings.months)
        assert [value is None for value in shown] == [value is None for value in expected], (row.name, given)
        pairs = zip(expected, shown, strict=True)
        assert all(one is None or same(one, float(other), scale) for one, other in pairs), (row.name, given)


def labelled_inputs(book, workings):
    """Input -> its cell of values, read off the labels of the sheet."""
    sheet = kept(book)["Inputs"]
    labels = {value: cell for cell, value in sheet.items() if cell.startswith("A")}
    return {one.name: f"D{labels[one.label][1:]}" for one in workings.inputs if not one.series}


def test_a_corrupted_workbook_fails_the_master_check(tmp_path):
    report = cases.rich_report(scenes={"slow": {"pace": 2.0}})
    workings, book = report.money.workings, cases.written(report)
    inputs = labelled_inputs(book, workings)
    sheet = kept(book)
    calc = named_rows(sheet["Calc"])
    nonsense = [text("about ten"), BLANK, NOT_A_NUMBER, number(-1e9)]
    kinds = {name.rpartition(".")[2]: cell for name, cell in reversed(inputs.items())}
    believed = kinds.pop("prior_mean")  # any number may be believed, a text may not
    books = {"believed": changed(book, believed, nonsense[0])} | {
        f"{kind}{n}": changed(book, cell, nonsense[n % len(nonsense)]) for n, (kind, cell) in enumerate(kinds.items())
    }
    units = inputs["lines.activation.units"]
    books |= {f"units{n}": changed(book, units, content) for n, content in enumerate(nonsense)}
    slow = f"F{inputs['discount'][1:]}"
    series = next(cell for cell, value in sheet["Inputs"].items() if value == "lines.mailing.campaign")
    evidence = next(cell for cell, value in sheet["Evidence"].items() if value == "test.activated.b.welch")
    books |= {
        "tenisnotapercentage": changed(book, inputs["discount"], number(10.0)),
        "outofitsrange": changed(book, units, number(4600.0)),
        "scenarioistext": changed(book, slow, text("low")),
        "scenarioistoomuch": changed(book, slow, number(7.0)),
        "campaignruntwice": changed(book, f"G{series[1:]}", number(2.0)),
        "campaignistext": changed(book, f"G{series[1:]}", text("yes")),
        "measuredeffectwastypedover": changed(book, inputs["lines.activation.effect"], number(0.051)),
        "evidencewastypedover": changed(book, f"D{evidence[1:]}", number(0.051), "Evidence"),
        "otherreport": changed(book, "B3", text("0000"), "Evidence"),
        "otherunit": changed(book, f"C{inputs['costs.build.once'][1:]}", text("EUR"), "Inputs"),
        "formulawastypedover": changed(book, f"H{calc['cash_flow.benefits']}", number(1.0), "Calc"),
        "totalwastypedover": changed(book, f"D{calc['summary.npv']}", number(1e6), "Calc"),
        "factorwastypedover": changed(book, f"H{calc['discount_factor']}", number(1.5), "Calc"),
        "chanceabove1": changed(book, f"D{calc['closed_form.p_negative']}", number(1.5), "Calc"),
    }
    books |= broken_ranges() | broken_reports()
    found = recalculated(books, tmp_path)
    assert [name for name, sheets in found.items() if sheets["Summary"].get("D4") != "CHECKS FAIL"] == []


def broken_reports():
    """What is as reported was typed over: the simulation, the evidence, the figures, the checks themselves."""
    report = cased_report()
    book = cases.written(report)
    found = kept(book)
    monte_carlo, summary = named_rows(found["MonteCarlo"]), named_rows(found["Summary"])
    scenarios, evidence = found["Scenarios"], named_rows(found["Evidence"])
    bear = next(int(cell[1:]) for cell, value in scenarios.items() if value == "Bear" and cell[0] == "A")
    npv = named_rows(scenarios, bear)["summary.npv"]
    estimate = evidence["program.tickets_per_month.personalized.welch"]
    last = max(int(cell[1:]) for cell in found["MonteCarlo"] if re.fullmatch(r"F\d+", cell))
    by_year = named_rows(found["PnL"])["cash_flow.net"]
    check = next(int(cell[1:]) for cell, value in found["Checks"].items() if value == "Benefits less costs are the net")
    return {
        "simulatedmean": changed(book, f"D{monte_carlo['mean']}", number(1.0), "MonteCarlo"),
        "simulatedchance": changed(book, f"D{monte_carlo['p_negative']}", number(0.001), "MonteCarlo"),
        "simulatederror": changed(book, f"F{monte_carlo['p5']}", number(1.0), "MonteCarlo"),
        "tornado": changed(book, f"G{monte_carlo['lines.faster_start.units']}", number(1.0), "MonteCarlo"),
        "histogram": changed(book, f"F{last}", number(1e4), "MonteCarlo"),
        "summarysaysanotherp5": changed(book, f"F{summary['simulation.p5']}", number(1.0), "Summary"),
        "reportedroi": changed(book, f"F{summary['summary.roi']}", number(9.0), "Summary"),
        "liveroi": changed(book, f"D{named_rows(found['Calc'])['summary.roi']}", number(9.0), "Calc"),
        "scenariotypedover": changed(book, f"D{npv}", number(1e6), "Scenarios"),
        "evidencelow": changed(book, f"F{estimate}", number(-0.1), "Evidence"),
        "evidenceunits": changed(book, f"J{estimate}", number(4_804.0), "Evidence"),
        "yeartypedover": changed(book, f"G{by_year}", number(1e6), "PnL"),
        "acheckisgone": changed(book, f"E{check}", BLANK, "Checks"),
    }


def broken_ranges():
    """Ends that are no numbers, impossible, or on the wrong side of the value."""
    report = cases.ranged_report()
    book = cases.written(report)
    cells = labelled_inputs(book, report.money.workings)
    columns = {value: cell[:-1] for cell, value in kept(book)["Inputs"].items() if re.fullmatch(r"[A-Z]+5", cell)}
    units, quiet = cells["lines.start.units"][1:], cells["lines.quiet.worth"][1:]
    tail = next(cell for cell, value in kept(book)["Inputs"].items() if value == "tail")
    return {
        "effectlowabovethevalue": changed(book, cells["lines.start.effect_low"], number(0.09)),
        "effecthighbelowthevalue": changed(book, cells["lines.start.effect_high"], number(0.03)),
        "effectlowistext": changed(book, cells["lines.start.effect_low"], text("little")),
        "effecthighisblank": changed(book, cells["lines.start.effect_high"], BLANK),
        "lowabovethevalue": changed(book, f"{columns['Low']}{units}", number(210.0)),
        "highbelowthevalue": changed(book, f"{columns['High']}{units}", number(190.0)),
        "lowbelow0": changed(book, f"{columns['Low']}{units}", number(-1.0)),
        "lowistext": changed(book, f"{columns['Low']}{units}", text("few")),
        "highisblank": changed(book, f"{columns['High']}{units}", BLANK),
        "sdisanerror": changed(book, f"{columns['Sd']}{quiet}", NOT_A_NUMBER),
        "tailabove1": changed(book, f"D{tail[1:]}", number(10.0)),
    }
