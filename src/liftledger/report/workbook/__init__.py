"""The business case as a workbook: one sheet, one file. Formulas are those of the workings, alive."""

import datetime

from liftledger.domain.instant import micros
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.report.workbook import about, calc, change_log
from liftledger.report.workbook.book import Book
from liftledger.report.workbook.checks import Checks
from liftledger.report.workbook.evidence import Evidence
from liftledger.report.workbook.inputs import Inputs
from liftledger.report.workbook.monte_carlo import MonteCarlo
from liftledger.report.workbook.profit_and_loss import ProfitAndLoss
from liftledger.report.workbook.scenarios import Scenarios
from liftledger.report.workbook.sources import Sources
from liftledger.report.workbook.summary import Summary

EPOCH = datetime.datetime(1970, 1, 1)


def workbook(report: Report, provenance: Provenance) -> bytes:
    """XLSX: the same bytes for the same report. ImportError where XlsxWriter is missing; ValueError without money."""
    if report.money is None:
        raise ValueError("the report has no money: nothing is declared under `value:`")
    money, workings = report.money, report.money.workings
    book = Book(f"{report.company}: the business case", _day(report.as_of))
    evidence = Evidence(report, money, workings)
    queries = frozenset(one.query for one in provenance.origins if one.id in evidence.ids)
    sources = Sources(report, provenance, queries)
    summary = Summary(report, money)
    evidence.write(book, provenance, sources.cells)
    sources.write(book)
    change_log.write(book, report, provenance)
    totals = {
        "control_total": ("Control total of the evidence", evidence.total),
        "ends_total": ("Control total of its ends, levels and units", evidence.ends_total),
    }
    if workings is None:
        about.write(book, report, provenance, totals)
        summary.write_without(book)
        MonteCarlo(money, provenance, None).write(book)
        ProfitAndLoss(money, None).write(book)
        for name in ("Inputs", "Calc", "Scenarios", "Checks"):
            book.pages[name].title(name, "Nothing is priced; Summary says why.")
        return book.bytes()
    inputs = Inputs(workings)
    block = calc.block(workings, inputs.places)
    scenarios = Scenarios(workings, inputs, block)
    monte_carlo = MonteCarlo(money, provenance, block)
    profit_and_loss = ProfitAndLoss(money, block)
    checks = Checks(money, provenance, inputs, evidence, block, scenarios, monte_carlo, profit_and_loss)
    totals["simulation_total"] = ("Control total of the simulation", monte_carlo.total)
    about.write(book, report, provenance, totals)
    summary.write(book, block, scenarios, checks)
    inputs.write(book, block, evidence.ids, evidence.cells)
    calc.write(book, block, inputs.places)
    scenarios.write(book)
    monte_carlo.write(book)
    profit_and_loss.write(book)
    checks.write(book)
    return book.bytes()


def _day(instant: str) -> datetime.datetime:
    """A creation date that does not depend on when the file is written."""
    return EPOCH + datetime.timedelta(microseconds=micros(instant))
