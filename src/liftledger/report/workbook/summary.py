"""Summary: what the case comes to, whether the checks hold, and where each number is worked out."""

from collections.abc import Iterator

from liftledger.domain.cash import Exact, Figure, Money
from liftledger.domain.estimate import Interval
from liftledger.domain.report import Report
from liftledger.domain.value import Risk
from liftledger.domain.workings import Apply, Formula, Nothing, Row
from liftledger.report import case as case_words
from liftledger.report.claims import said
from liftledger.report.numbers import capital, label, percent
from liftledger.report.pilot_view import pilot_sentence
from liftledger.report.workbook.block import Block
from liftledger.report.workbook.book import TITLE, Book, Page, clean, number_format
from liftledger.report.workbook.checks import Checks
from liftledger.report.workbook.monte_carlo import SIMULATED, WHOLE
from liftledger.report.workbook.places import LABEL, MONTH_0, NAME, UNIT, VALUE, at
from liftledger.report.workbook.scenarios import FIGURES, Scenarios, npv_of, reported_name, reported_scenario

SHEET = "Summary"
MASTER, CHANGED, TOP = 3, 4, 6
REPORTED, NOTE = MONTH_0, MONTH_0 + 2
ALONE = "of chance in the effects alone"
ALL_EFFECTS = "of chance in the effects, which is all that is uncertain here"
ALL_DRAWN = "of all that is uncertain: whatever was given with a range was drawn, too"
WIDTH = 180  # characters of a line of prose


class Summary:
    """One page: figures, lines, scenarios, and the words of the report."""

    def __init__(self, report: Report, money: Money) -> None:
        self.report, self.money = report, money

    def write_without(self, book: Book) -> None:
        """Where nothing is priced: only why."""
        page = self._page(book)
        row = page.prose(MASTER, "Nothing is priced, so there is no cash-flow and no summary.", WIDTH, "bold_line")
        self._words(page, row + 1)

    def write(self, book: Book, calc: Block, scenarios: Scenarios, checks: Checks) -> None:
        page = self._page(book)
        page.text(MASTER, LABEL, "Checks", "bold")
        page.formula(MASTER, VALUE, f"={checks.master}", checks.master_text, "", "verdict")
        page.mark(MASTER, VALUE, MASTER, VALUE, "==", '"CHECKS FAIL"')
        page.link(MASTER, NAME, f"Checks!A{1}", "all checks")
        page.text(CHANGED, LABEL, "Inputs that are not the report's", "bold")
        page.formula(CHANGED, VALUE, "=SUM(changed_inputs)", 0.0, "0")
        book.define("changed", at(CHANGED, VALUE, SHEET))
        page.text(CHANGED, NAME, "0: these are the numbers of the report", "small")
        page.texts(TOP, LABEL, ("What the case comes to", "Name", "Unit"), "head")
        page.texts(TOP, VALUE, ("Live", "", "As reported"), "head_number")
        page.texts(TOP, NOTE - 1, ("", "To mind, or why there is none"), "head")
        row = TOP
        figures = [one for one in calc.rows if one.name in FIGURES]
        figures.sort(key=lambda one: FIGURES.index(one.name))
        for row, one in enumerate(figures, TOP + 1):
            self._figure(book, row, one, calc)
        row = self._chart(book, self._simulated(page, row + 1, calc.workings.currency) + 1, calc)
        row = self._lines(page, row, calc)
        row = self._scenarios(page, row, scenarios)
        self._words(page, row + 1)
        page.sheet.freeze_panes(TOP + 1, 1)

    def _page(self, book: Book) -> Page:
        page = book.pages[SHEET]
        page.title(
            f"{clean(self.report.company, TITLE)}: what it is worth",
            "Live numbers follow the inputs; a label leads to Calc.",
        )
        page.widths(46, 24, 16, 22, 1.5, 16, 1.5, 80)
        return page

    def _figure(self, book: Book, row: int, one: Row, calc: Block) -> None:
        page, value = book.pages[SHEET], calc.number(one.name)
        reported = _reported(self.money, one.name)
        shape = number_format(one.unit, [value, reported], calc.workings.currency)
        page.link(row, LABEL, f"Calc!A{calc.places[one.name].row + 1}", one.label)
        page.text(row, NAME, one.name, "small")
        page.text(row, UNIT, one.unit, "unit")
        page.formula(row, VALUE, f"={calc.cell(one.name)}", value, shape, "across")
        page.number(row, REPORTED, reported, shape)
        if one.name.startswith("closed_form."):
            page.text(row, NOTE, ALONE, "note")
        reasons = ", or ".join(dict.fromkeys(_reasons(one.formula)))
        literal = reasons.replace('"', '""')
        if reasons:
            why = "" if value is not None else reasons
            page.formula(row, NOTE, f'=IF(ISNUMBER(D{row + 1}),"","{literal}")', why, "", "note")
        book.define(reported_name(one.name), at(row, REPORTED, SHEET))

    def _simulated(self, page: Page, row: int, currency: str) -> int:
        """What the first line of the report rests on, besides the closed form, which knows the effects alone."""
        found = self.money.simulation
        if found is None:
            return row
        note = ALL_DRAWN if found.beyond_luck else ALL_EFFECTS
        simulated = [(name, f"simulation.{name}", currency, found.number(name)) for name in SIMULATED]
        for name, figure, unit, value in [*self._whole(currency), *simulated]:
            page.link(row, LABEL, "MonteCarlo!A1", (WHOLE | SIMULATED)[name])
            page.text(row, NAME, figure, "small")
            page.text(row, UNIT, unit, "unit")
            page.text(row, VALUE, "static", "right")
            page.number(row, REPORTED, value, number_format(unit, [value], currency))
            page.text(row, NOTE, note, "note")
            page.book.define(f"simulated_{name}", at(row, REPORTED, SHEET))
            row += 1
        return row

    def _whole(self, currency: str) -> Iterator[tuple[str, str, str, float]]:
        """The interval and the probability of a loss of the first line: name, figure, unit, value."""
        npv, loss = self.money.summary.npv.answer, self.money.summary.p_negative.answer
        if isinstance(npv, Interval):
            yield "low", "summary.npv.low", currency, npv.low
            yield "high", "summary.npv.high", currency, npv.high
        if isinstance(loss, Exact):
            yield "p_negative", "summary.p_negative", "share", loss.value

    def _chart(self, book: Book, row: int, calc: Block) -> int:
        """The running total, which follows the inputs."""
        page, months = book.pages[SHEET], calc.workings.months
        chart = book.workbook.add_chart({"type": "line"})
        for name, color in (("cash_flow.cumulative", "#1F3864"), ("cash_flow.cumulative_present", "#C55A11")):
            if name in calc.places:
                own = calc.places[name].row
                chart.add_series({
                    "name": ["Calc", own, LABEL],
                    "categories": ["Calc", calc.top, MONTH_0, calc.top, MONTH_0 + months],
                    "values": ["Calc", own, MONTH_0, own, MONTH_0 + months],
                    "line": {"color": color, "width": 2},
                })  # fmt: skip
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_title({"name": f"Money so far, {calc.workings.currency}, by month", "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        skip = max(1, months // 12)
        chart.set_x_axis({"interval_unit": skip, "label_position": "low", "num_font": {"size": 8}})
        chart.set_y_axis({"num_format": "#,##0", "num_font": {"size": 8}, "major_gridlines": grid})
        chart.set_size({"width": 860, "height": 260})
        page.sheet.insert_chart(row, LABEL, chart, {"description": "Net so far by month, plain and discounted"})
        return row + 15

    def _lines(self, page: Page, row: int, calc: Block) -> int:
        """Benefits and costs, with the way to the inputs of each."""
        currency = calc.workings.currency
        page.texts(row, LABEL, ("Present value of each line", "Name", "Unit"), "head")
        page.texts(row, VALUE, ("Live", "", "Grade"), "head_number")
        page.texts(row, NOTE - 1, ("", "To mind"), "head")
        grades = {line.name: (str(line.grade), " ".join(map(capital, line.reasons))) for line in self.money.lines}
        for line in self.money.lines:
            row += 1
            name = f"lines.{line.name}.present"
            grade, reasons = grades[line.name]
            if name in calc.places:
                page.link(row, LABEL, f"Calc!A{calc.places[name].row + 1}", label(line.name))
                value = calc.number(name)
                shape = number_format(currency, [value], currency)
                page.formula(row, VALUE, f"={calc.cell(name)}", value, shape, "across")
            else:
                page.text(row, LABEL, label(line.name))
                page.text(row, VALUE, "not priced", "right")
            page.text(row, NAME, name, "small")
            page.text(row, UNIT, currency, "unit")
            page.text(row, REPORTED, grade, "right")
            page.text(row, NOTE, reasons, "note")
        for cost in self.money.costs:
            row += 1
            name = f"costs.{cost.name}.present"
            page.text(row, UNIT, currency, "unit")
            page.text(row, REPORTED, cost.category, "right")
            page.text(row, NAME, name, "small")
            if name in calc.places:
                page.link(row, LABEL, f"Calc!A{calc.places[name].row + 1}", f"cost: {label(cost.name)}")
                value = calc.number(name)
                shape = number_format(currency, [value], currency)
                page.formula(row, VALUE, f"={calc.cell(name)}", value, shape, "across")
            else:
                page.text(row, LABEL, f"cost: {label(cost.name)}")
        return row + 2

    def _scenarios(self, page: Page, row: int, scenarios: Scenarios) -> int:
        if len(scenarios.all) < 2:
            return row
        currency = scenarios.workings.currency
        page.texts(row, LABEL, ("Scenario", "", "Unit"), "head")
        page.texts(row, VALUE, ("NPV, live", "", "As reported"), "head_number")
        page.texts(row, NOTE - 1, ("", "What it is"), "head")
        for scenario, block in scenarios.all:
            row += 1
            value = block.number("summary.npv")
            shape = number_format(currency, [value], currency)
            page.link(row, LABEL, f"{block.sheet}!A{block.top + 1}", scenario.label or scenario.name)
            page.text(row, UNIT, currency, "unit")
            page.formula(row, VALUE, f"={block.cell('summary.npv')}", value, shape, "across")
            page.number(row, REPORTED, npv_of(scenario, block), shape)
            page.book.define(reported_scenario(block), at(row, REPORTED, SHEET))
            page.text(row, NOTE, scenario.description, "note")
        return row + 2

    def _words(self, page: Page, row: int) -> None:
        """The sentences of the report, which do not follow the inputs."""
        money = self.money
        parts = [
            ("In words, as reported", _claims(self.report, money)),
            ("Decision, as reported", [money.decision.text] if money.decision else []),
            ("The pilot, as reported", [pilot_sentence(self.report.pilot)] if self.report.pilot else []),
            ("To mind", [case_words.said(reason, self.report, money) for reason in money.reasons]),
            ("Left out, as two lines must not be added", [f"{one.left_out}: {one.why}" for one in money.exclusions]),
            ("Reconciled to the program", [one.text for one in money.reconciliations]),
            ("Risks", [_risk(one) for one in money.risks]),
            ("Looked at by", [f"{one.role}: {one.name or '(nobody yet)'} {one.date}" for one in money.reviews]),
        ]
        if money.measured_share is not None:
            share = f"{percent(money.measured_share, 0)} of the variance of the NPV comes from measured inputs."
            parts[0][1].append(share)
        for head, sentences in parts:
            if sentences:
                page.text(row, LABEL, head, "part")
                row += 1
                for sentence in sentences:
                    row = page.prose(row, sentence, WIDTH)
                row += 1


def _risk(risk: Risk) -> str:
    chance, impact = risk.likelihood or "unsaid", risk.impact or "unsaid"
    told = f"{capital(label(risk.name))}: {risk.description} Likelihood {chance}, impact {impact}."
    return f"{told} {risk.response} {f'Owner: {risk.owner}.' if risk.owner else ''}".strip()


def _claims(report: Report, money: Money) -> list[str]:
    found = [f"{one.text} {one.sureness} ({one.grade}; {one.evidence})" for one in said(report, money)]
    return [str(case_words.case(report, money)), *found]


def _reported(money: Money, name: str) -> float | None:
    group, _, own = name.partition(".")
    sure = money.closed_form.npv.answer if money.closed_form else None
    if name in ("closed_form.npv_low", "closed_form.npv_high") and isinstance(sure, Interval):
        return sure.low if own == "npv_low" else sure.high
    figure = getattr(getattr(money, group), own, None)
    if not isinstance(figure, Figure) or not isinstance(figure.answer, Interval | Exact):
        return None
    return figure.answer.value


def _reasons(formula: Formula) -> list[str]:
    match formula:
        case Nothing(reason):
            return [reason]
        case Apply(_, to):
            return [reason for one in to for reason in _reasons(one)]
    return []
