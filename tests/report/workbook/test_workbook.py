"""The workbook as a file: the same bytes each time, text that stays text, and what it says where nothing is priced."""

import io
import re
import unicodedata

import msgspec
import openpyxl
import pytest

from liftledger.report.workbook import workbook
from liftledger.report.workbook.book import clean, number_format
from liftledger.report.workbook.evidence import command
from liftledger.report.workbook.names import defined_names
from tests.report.cases import cased_report, hostile_cased_report
from tests.report.company import broken_company_report
from tests.report.conftest import small_provenance, small_report
from tests.report.workbook import cases


def sheets(book):
    return openpyxl.load_workbook(io.BytesIO(book))


def test_the_same_report_is_the_same_bytes_whenever_and_wherever_it_was_made():
    report = cased_report()
    provenance = small_provenance(report)
    later = msgspec.structs.replace(
        provenance,
        created_at="2030-01-01T00:00:00Z",
        threads=64,
        queries=tuple(msgspec.structs.replace(one, seconds=9.0) for one in provenance.queries),
    )
    assert workbook(report, provenance) == workbook(report, later)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://a")', "\t=2", "{=1}", "http://a.b"]
)
def test_text_is_never_a_formula_nor_a_link(text):
    report = hostile_cased_report(text)
    found = sheets(workbook(msgspec.structs.replace(report, company=text), small_provenance(report)))
    shown = clean(text)
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.value == shown]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    steers = shown.startswith(("=", "+", "-", "@"))
    # what a click into the cell and Enter would make a formula is marked as text
    assert all(cell.quotePrefix for cell in cells if steers and cell.hyperlink is None)
    links = [cell.hyperlink for sheet in found for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links
    assert {link.target for link in links} == {None}


def test_any_name_of_a_line_is_written_and_calculated():
    for name in ("Größe", "приём", "売上", "مبيعات", "2024 q1!", "'; DROP", "r1c1", "a" * 300, "🎉"):
        names = defined_names([f"lines.{name}.units", f"costs.{name}.units", "discount"])
        assert len({one.lower() for one in names.values()}) == 3
        assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", one) for one in names.values())
        assert not any(re.fullmatch(r"[A-Za-z]{1,3}\d+|[rR]\d*[cC]\d*", one) for one in names.values())


def test_texts_lose_what_a_workbook_cannot_hold_and_are_cut_where_a_cell_is_full():
    assert clean("a\x00b\x1b[31m\ud800\uffff") == "ab[31m"
    long = clean("🎉" * 40_000)
    assert long.endswith("…")
    assert len(long.encode("utf-16-le")) // 2 <= 32_767
    assert {unicodedata.category(one) for one in long} == {"So", "Po"}


def test_commands_are_quoted_for_a_shell():
    assert command("test.sales.b.welch") == "liftledger explain FOLDER test.sales.b.welch"
    assert command("a b's") == "liftledger explain FOLDER 'a b'\"'\"'s'"


@pytest.mark.parametrize(
    ("unit", "values", "shape"),
    [
        ("USD", [1234.56], "#,##0;[Red]-#,##0"),
        ("USD", [13.4], "#,##0.00;[Red]-#,##0.00"),
        ("USD", [2.4676], "#,##0.00;[Red]-#,##0.00"),
        ("USD", [0.002], "#,##0.000;[Red]-#,##0.000"),
        ("USD", [0.0], "0"),
        ("share", [0.05], "0.00%"),
        ("share", [0.004], "0.0000%"),
        ("share", [1900.0], "#,##0;[Red]-#,##0"),
        ("months", [11.136], "0.0"),
        ("months", [3.0, None], "0"),
        ("per 30 days", [-0.06], "#,##0.00;[Red]-#,##0.00"),
    ],
)
def test_numbers_show_the_decimals_that_they_need(unit, values, shape):
    assert number_format(unit, values, "USD") == shape


def test_where_nothing_is_priced_the_summary_says_why():
    report = broken_company_report()
    found = sheets(workbook(report, small_provenance(report)))
    told = " ".join(str(cell.value) for cell in found["Summary"]["A"] if cell.value)
    assert "Nothing is priced" in told
    assert all(word in told for word in report.money.reasons[0].split()[:3])
    assert [cell for row in found["Calc"].iter_rows() for cell in row if cell.data_type == "f"] == []


def test_a_report_without_money_has_no_workbook():
    report = small_report()
    with pytest.raises(ValueError, match="no money"):
        workbook(report, small_provenance(report))


def test_dates_are_dates():
    found = sheets(cases.written(cased_report()))
    dates = [cell.value for row in found["Inputs"].iter_rows() for cell in row if cell.is_date]
    assert {date.isoformat()[:10] for date in dates} == {"2026-06-30", "2026-06-01"}
    assert found["About"]["B5"].is_date


def test_evidence_names_the_estimate_its_arms_its_time_and_how_to_see_it_counted():
    report = cased_report()
    found = sheets(workbook(report, small_provenance(report)))["Evidence"]
    heads = [cell.value for cell in found[8]]
    rows = {
        row[1].value: dict(zip(heads, (cell.value for cell in row), strict=True)) for row in found.iter_rows(min_row=9)
    }
    estimate = next(one for one in report.estimates if one.id == "program.tickets_per_month.personalized.welch")
    told = rows[estimate.id]
    assert (told["Effect"], told["Standard error"]) == (estimate.effect.value, estimate.effect.se)
    assert (told["Units of the control"], told["Units treated"]) == (4_803, 43_197)
    assert told["Query"] == "email.customers"
    assert told["To see it counted from the rows"] == f"liftledger explain FOLDER {estimate.id}"
    assert (found["B3"].value, found["B4"].value) == ("ab12" * 16, report.definitions.hash)


def test_the_summary_holds_the_interval_of_the_first_line_beside_that_of_its_own_formulas():
    report = cased_report()
    page = sheets(workbook(report, small_provenance(report)))["Summary"]
    reported = {row[1].value: row[5].value for row in page.iter_rows(max_row=40)}
    npv, sure = report.money.summary.npv.answer, report.money.closed_form.npv.answer
    assert (reported["summary.npv.low"], reported["summary.npv.high"]) == pytest.approx((npv.low, npv.high))
    assert reported["summary.p_negative"] == report.money.summary.p_negative.answer.value
    assert (reported["closed_form.npv_low"], reported["closed_form.npv_high"]) == pytest.approx((sure.low, sure.high))
    assert reported["closed_form.p_negative"] == report.money.closed_form.p_negative.answer.value
    assert reported["simulation.p5"] == report.money.simulation.number("p5")
