"""Evidence: the estimates that measured inputs come from, and how to get from each to the rows it was counted from."""

import math
from collections.abc import Iterator, Mapping, Sequence

from liftledger.domain.cash import Money
from liftledger.domain.estimate import Interval
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Estimate, Report
from liftledger.domain.workings import Input, Workings
from liftledger.report.explanation import title
from liftledger.report.headline import by_name
from liftledger.report.workbook.book import Book, number_format
from liftledger.report.workbook.places import LABEL, at, box

SHEET = "Evidence"
REPORT, DEFINITIONS, CONTROL, ENDS = 2, 3, 4, 5  # rows of the hashes and of the control totals; in column B
TOP = 7
HEADS = (
    "What", "Id", "Unit", "Effect", "Standard error", "Low", "High", "Control", "Treatment", "Units of the control",
    "Units treated", "Grade", "Method", "From", "To", "Query", "To see it counted from the rows",
)  # fmt: skip
EFFECT, SE, VALUE = HEADS.index("Effect"), HEADS.index("Standard error"), HEADS.index("Effect")
LOW, TREATED = HEADS.index("Low"), HEADS.index("Units treated")


class Evidence:
    """One row an estimate, and one for each other number that an input was read off."""

    def __init__(self, report: Report, money: Money, workings: Workings | None) -> None:
        self.report = report
        inputs = [one for one in workings.inputs if one.evidence] if workings else []
        wanted = [one.evidence for one in inputs]
        wanted += [id_ for line in money.lines for id_ in (line.estimate, line.counted)]
        known = {estimate.id: estimate for estimate in report.estimates}
        self.lines: list[Estimate | Input] = [known[id_] for id_ in dict.fromkeys(wanted) if id_ in known]
        self.ids: dict[str, str] = {}
        self.cells: dict[str, str] = {}  # input -> the cell with the number that it was read off
        rows = {one.id: row for row, one in enumerate(self.lines, TOP + 1) if isinstance(one, Estimate)}
        for given in inputs:
            estimate = known.get(given.evidence)
            column = None if estimate is None else _column(estimate, given.value)
            if column is None:
                row, column = TOP + 1 + len(self.lines), VALUE
                self.lines.append(given)
            else:
                row = rows[given.evidence]
            self.cells[given.name] = at(row, column, SHEET)
            self.ids.setdefault(given.evidence, f"{SHEET}!A{row + 1}")

    @property
    def numbers(self) -> str:
        """Effects and standard errors, as another sheet sees them."""
        return box((TOP + 1, EFFECT), (TOP + max(1, len(self.lines)), SE), SHEET)

    @property
    def ends(self) -> str:
        """Ends, levels and units, as another sheet sees them."""
        return box((TOP + 1, LOW), (TOP + max(1, len(self.lines)), TREATED), SHEET)

    @property
    def total(self) -> float:
        return math.fsum(number for line in self.lines for number in _numbers(line))

    @property
    def ends_total(self) -> float:
        return math.fsum(number for line in self.lines for number in _ends(line))

    def write(self, book: Book, provenance: Provenance, queries: Mapping[str, str]) -> None:
        """`queries`: name -> its cell on Sources."""
        page = book.pages[SHEET]
        page.title("Evidence", "What was measured, as reported. Nothing here is to be typed over.")
        page.widths(44, 34, 15, 11, 11, 11, 11, 11, 11, 11, 11, 16, 16, 11, 11, 22, 64)
        page.large()
        page.texts(REPORT, LABEL, ("SHA-256 of report.json", provenance.report_sha256), "line")
        page.texts(DEFINITIONS, LABEL, ("SHA-256 of the definitions", self.report.definitions.hash), "line")
        page.text(CONTROL, LABEL, "Control total of effects and standard errors", "line")
        page.formula(CONTROL, 1, f"=SUM({self.numbers.partition('!')[2]})", self.total, "0.000000000000")
        page.text(ENDS, LABEL, "Control total of ends, levels and units", "line")
        page.formula(ENDS, 1, f"=SUM({self.ends.partition('!')[2]})", self.ends_total, "0.000000000000")
        for column, head in enumerate(HEADS):
            page.text(TOP, column, head, "head_number" if EFFECT <= column < HEADS.index("Grade") else "head_indent")
        origins = {one.id: one.query for one in provenance.origins}
        for row, line in enumerate(self.lines, TOP + 1):
            if isinstance(line, Estimate):
                self._estimate(book, row, line, origins.get(line.id, ""), queries)
            else:
                shape = number_format(line.unit, [line.value], self.report.currency)
                page.texts(row, LABEL, (line.label, line.evidence, line.unit))
                page.number(row, VALUE, line.value, shape)
                page.text(row, len(HEADS) - 1, command(line.evidence), "code")
        if not self.lines:
            page.text(TOP + 1, LABEL, "Nothing that is priced was measured.", "note")
        page.sheet.freeze_panes(TOP + 1, 1)
        page.sheet.repeat_rows(TOP)

    def _estimate(self, book: Book, row: int, one: Estimate, query: str, queries: Mapping[str, str]) -> None:
        page, metric = book.pages[SHEET], by_name(self.report)[one.metric]
        page.texts(row, LABEL, (f"{one.study}: {title(one, metric)}", one.id, metric.unit))
        answer = one.effect
        numbers: Sequence[float | None] = (None,) * 4
        if isinstance(answer, Interval):
            numbers = (answer.value, answer.se, answer.low, answer.high)
        numbers = (*numbers, one.control_value, one.treatment_value)
        for column, number in enumerate(numbers, EFFECT):
            page.number(row, column, number, number_format(metric.unit, [number], self.report.currency))
        column = EFFECT + len(numbers)
        for arm in ("control", "treatment"):
            page.number(row, column, one.units.get(arm), "#,##0")
            column += 1
        page.texts(row, column, (str(one.grade), one.method), "note")
        study = next(study for study in self.report.studies if study.name == one.study)
        days = (study.span.first, study.span.last) if study.span else ("undated", "")
        for place, day in enumerate(days, column + 2):
            page.date(row, place, day, "note")
        if query in queries:
            page.link(row, column + 4, queries[query], query)
        else:
            page.text(row, column + 4, query)
        page.text(row, column + 5, command(one.id), "code")


def command(id_: str) -> str:
    """What to type to see it, quoted for a shell."""
    quoted = "'" + id_.replace("'", "'\"'\"'") + "'" if set(id_) - SAFE else id_
    return f"liftledger explain FOLDER {quoted}"


SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def _numbers(line: Estimate | Input) -> tuple[float, ...]:
    if isinstance(line, Input):
        return (line.value,)
    return (line.effect.value, line.effect.se) if isinstance(line.effect, Interval) else ()


def _ends(line: Estimate | Input) -> Iterator[float]:
    if isinstance(line, Input):
        return
    if isinstance(line.effect, Interval):
        yield from (line.effect.low, line.effect.high)
    yield from (one for one in (line.control_value, line.treatment_value) if one is not None)
    yield from (float(line.units[arm]) for arm in ("control", "treatment") if arm in line.units)


def _column(estimate: Estimate, value: float) -> int | None:
    """Of the number that an input was read off."""
    answer = estimate.effect
    if not isinstance(answer, Interval):
        return None
    return {answer.se: SE, answer.value: EFFECT}.get(value)
