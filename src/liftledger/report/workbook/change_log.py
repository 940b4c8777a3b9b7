"""ChangeLog: what this file is a copy of, and room to note what people change in it."""

from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.report.workbook.book import Book
from liftledger.report.workbook.places import LABEL

SHEET = "ChangeLog"
TOP = 3
ROOM = 20  # empty rows to fill in


def write(book: Book, report: Report, provenance: Provenance) -> None:
    """The last sheet."""
    page = book.pages[SHEET]
    page.title("Change log", "The first row is what was written; note below what you change, and why.")
    page.widths(14, 24, 30, 16, 16, 60)
    page.texts(TOP, LABEL, ("As of", "Who", "Cell", "From", "To", "What and why"), "head")
    page.date(TOP + 1, LABEL, report.as_of, "left")
    program = f"liftledger {provenance.liftledger}"
    what = f"Written from report.json {provenance.report_sha256[:16]}, method version {report.method_version}."
    page.texts(TOP + 1, 1, (program, "all", "", "", what))
    for row in range(TOP + 2, TOP + 2 + ROOM):
        page.texts(row, LABEL, [""] * 6, "input")
    page.sheet.freeze_panes(TOP + 1, 0)
