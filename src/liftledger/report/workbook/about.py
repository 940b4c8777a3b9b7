"""About: what this file is, how to read it, and how to check it against the records."""

from collections.abc import Mapping

from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.report.numbers import instant
from liftledger.report.workbook.book import SHEETS, TITLE, Book, clean
from liftledger.report.workbook.places import LABEL, at

SHEET = "About"
HOLDS = {
    "Summary": "what the case comes to, and whether all checks hold",
    "Inputs": "every number that was given, once; the yellow cells are there to be changed",
    "Evidence": "the estimates that measured inputs come from",
    "Calc": "the case by month, one formula a row",
    "Scenarios": "the same calculation with other inputs, side by side; alive",
    "MonteCarlo": "the simulation; static",
    "PnL": "cash by year, alive; further views, static",
    "Checks": "what must hold of the numbers",
    "Sources": "the files that were read, and the queries that counted them",
    "ChangeLog": "room to note what was changed, and why",
}
KEY = (
    ("input_key", "an input: may be changed"),
    ("formula", "a formula"),
    ("across", "a formula that only reads another sheet"),
    ("static", "a number as reported, which no formula feeds"),
    ("link", "a way to where it is worked out"),
)
CONVENTIONS = (
    "Money that comes in is positive, money that is spent is shown as costs and subtracted.",
    "Month 0 is the beginning and is not discounted; every other month counts at its end.",
    "The discount rate is annual and effective: the factor of month t is (1 + rate)^(-t / 12).",
    "Months stand in the same columns on every sheet that has months.",
    "'none' stands where there is no number; Summary says when.",
    "Sheets are protected without a password, so that formulas are not overwritten by accident.",
    "No taxes, no inflation and no terminal value are in the case.",
)
COUNTED = (
    ("liftledger verify FOLDER", "counts the report again from the records and compares every number"),
    ("liftledger explain FOLDER ID", "shows one number with its formula, its sums and its query"),
)
PLANNED = (("liftledger case --assumptions PLAN", "makes the same report.json, and this file, from the plan alone"),)
LINKED = ("Summary > Calc > Inputs > Evidence", "the links lead from the result to the raw evidence")


def write(book: Book, report: Report, provenance: Provenance, totals: Mapping[str, tuple[str, float]]) -> None:
    """The first sheet. `totals`: name in formulas -> what it is a control total of, and the total as reported."""
    page = book.pages[SHEET]
    page.title(
        f"{clean(report.company, TITLE)}: the business case", "A copy of the report's money with its formulas alive."
    )
    page.widths(34, 100)
    facts = (
        ("Company", report.company, ""),
        ("As of", instant(report.as_of), ""),
        ("Currency", report.currency, "currency"),
        ("Confidence of intervals", f"{100 * report.confidence:.10g}%", ""),
        ("Written by", f"liftledger {provenance.liftledger}, method version {report.method_version}", ""),
        ("SHA-256 of report.json", provenance.report_sha256, "report_hash"),
        ("SHA-256 of the definitions", report.definitions.hash, ""),
    )
    page.sheet.fit_to_pages(1, 1)
    row = 3
    for label, text, name in facts:
        page.text(row, LABEL, label, "bold")
        if label == "As of":
            page.date(row, 1, report.as_of, "left")
        else:
            page.text(row, 1, text)
        if name:
            book.define(name, at(row, 1, SHEET))
        row += 1
    for name, (label, total) in totals.items():
        page.text(row, LABEL, label, "bold")
        page.number(row, 1, total, "0.000000000000", "left")
        book.define(name, at(row, 1, SHEET))
        row += 1
    row = _head(book, row + 1, "How to check it")
    for command, what in (*(COUNTED if report.studies else PLANNED), LINKED):
        page.text(row, LABEL, command, "code")
        page.text(row, 1, what)
        row += 1
    row = _head(book, row + 1, "Sheets")
    for sheet in SHEETS[1:]:
        page.link(row, LABEL, f"{sheet}!A1", sheet)
        page.text(row, 1, HOLDS[sheet])
        row += 1
    row = _head(book, row + 1, "Colours")
    for style, what in KEY:
        page.text(row, LABEL, "1,234" if style != "link" else "label", style)
        page.text(row, 1, what)
        row += 1
    row = _head(book, row + 1, "Signs and times")
    for sentence in CONVENTIONS:
        page.text(row, 1, sentence)
        row += 1


def _head(book: Book, row: int, text: str) -> int:
    book.pages[SHEET].texts(row, LABEL, (text, ""), "part")
    return row + 1
