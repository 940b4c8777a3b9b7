"""Sources: the files and tables that were read, and the queries that counted them."""

from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.report.workbook.book import Book
from liftledger.report.workbook.places import LABEL

SHEET = "Sources"
TOP = 3


class Sources:
    """Where each query stands, for links from Evidence."""

    def __init__(self, report: Report, provenance: Provenance, needed: frozenset[str]) -> None:
        """`needed`: names of the queries to show."""
        self.report, self.provenance = report, provenance
        self.queries = [one for one in provenance.queries if one.name in needed]
        self._facts = TOP + len(provenance.sources) + 3
        row = self._facts + len(report.data) + 4
        self.rows: dict[str, int] = {}
        for query in self.queries:
            self.rows[query.name] = row
            row += len(_lines(query.sql)) + 2

    @property
    def cells(self) -> dict[str, str]:
        return {name: f"{SHEET}!A{row + 1}" for name, row in self.rows.items()}

    def write(self, book: Book) -> None:
        page = book.pages[SHEET]
        page.title("Sources", "What was read, and the queries behind the estimates.")
        page.widths(34, 44, 14, 68, 40)
        page.texts(TOP, LABEL, ("Read as", "From", "Bytes", "SHA-256 or version", "Form"), "head")
        for row, source in enumerate(self.provenance.sources, TOP + 1):
            page.texts(row, LABEL, (source.fact, source.place))
            page.number(row, 2, None if source.bytes is None else float(source.bytes), "#,##0")
            page.texts(row, 3, (source.sha256 or source.version or "", source.dialect or ""), "note")
        page.texts(self._facts, LABEL, ("Fact", "From and to", "Rows", "Left out"), "head")
        for row, fact in enumerate(self.report.data, self._facts + 1):
            span = f"{fact.span.first} to {fact.span.last}" if fact.span else "undated"
            page.texts(row, LABEL, (fact.fact, span))
            page.number(row, 2, float(fact.rows), "#,##0")
            page.text(row, 3, f"{fact.duplicates} duplicates, {fact.rejected} rejected", "note")
        for query in self.queries:
            row = self.rows[query.name]
            page.text(row, LABEL, f"Query {query.name}", "part")
            for place, line in enumerate(_lines(query.sql), row + 1):
                page.text(place, LABEL, line, "code")
        page.sheet.freeze_panes(2, 0)


def _lines(sql: str) -> list[str]:
    return sql.strip().splitlines() or [""]
