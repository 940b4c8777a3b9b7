"""Checks: what must hold of the numbers, each with both sides, and the master check over all of them.

A check that comes out as an error, because a cell that it reads is one, fails too.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.provenance import Provenance
from liftledger.report.numbers import lower_first
from liftledger.report.workbook.block import Block
from liftledger.report.workbook.book import Book, number_format
from liftledger.report.workbook.evidence import CONTROL, ENDS, REPORT, Evidence
from liftledger.report.workbook.inputs import SHEET as INPUTS
from liftledger.report.workbook.inputs import Inputs, is_money
from liftledger.report.workbook.monte_carlo import ERRORS_ALLOWED, FOUND, SIMULATED, WHOLE, MonteCarlo
from liftledger.report.workbook.places import LABEL, MONTH_0, VALUE, at, box, down, letters
from liftledger.report.workbook.profit_and_loss import ProfitAndLoss
from liftledger.report.workbook.scenarios import Scenarios, npv_of, reported_name, reported_scenario

SHEET = "Checks"
TOP = 7
TOLERANCE_ROW, SCALE_ROW, MASTER_ROW = 2, 3, 4
TOLERANCE = 1e-9
ONE, RELATION, OTHER, HOLDS = 1, 2, 3, 4
HEADS = ("Check", "One side", "must be", "Other side", "Holds", "Why")
WORDS = {"same": "the same", "money": "the same money", "number": "the same number", "most": "at most"}
Side = tuple[str, float | str]  # formula and what it comes to
Number = tuple[str, float]


class Check(msgspec.Struct, frozen=True):
    """`relation`: how both sides must stand to each other; see WORDS."""

    text: str
    one: Side
    relation: str
    other: Side
    why: str = ""
    counts: bool = True  # for the master check; else it is only to mind

    def holds(self, scale: float) -> bool:
        """As reported; `scale` is the money that a tolerance is a share of."""
        (_, one), (_, other) = self.one, self.other
        if isinstance(one, str) or isinstance(other, str):
            return self.relation == "same" and one == other
        match self.relation:
            case "most":
                return one <= other
            case "number":
                return abs(one - other) <= TOLERANCE * max(1.0, abs(other))
            case "money":
                return abs(one - other) <= TOLERANCE * scale
        return one == other


class Checks:
    """All checks of a case, and where the master check stands."""

    def __init__(
        self, money: Money, provenance: Provenance, inputs: Inputs, evidence: Evidence, calc: Block,
        scenarios: Scenarios, monte_carlo: MonteCarlo, profit_and_loss: ProfitAndLoss,
    ) -> None:  # fmt: skip
        self.money, self.provenance, self.inputs, self.evidence = money, provenance, inputs, evidence
        self.calc, self.scenarios, self.monte_carlo = calc, scenarios, monte_carlo
        self.profit_and_loss = profit_and_loss
        found = list(self._all())
        self.checks = [one for one in found if one.counts]
        self.to_mind = [one for one in found if not one.counts]

    @property
    def master(self) -> str:
        return at(MASTER_ROW, ONE, SHEET)

    @property
    def master_text(self) -> str:
        return "ALL CHECKS HOLD" if all(one.holds(self._scale()[1]) for one in self.checks) else "CHECKS FAIL"

    def write(self, book: Book) -> None:
        page = book.pages[SHEET]
        page.title(
            "Checks", "1: it holds. An error on either side counts as 0. The master check stands on Summary, too."
        )
        page.widths(58, 24, 16, 24, 8, 80)
        page.text(TOLERANCE_ROW, LABEL, "Tolerance, as a share")
        page.number(TOLERANCE_ROW, ONE, TOLERANCE, "0E+00", "input")
        book.define("tolerance", at(TOLERANCE_ROW, ONE, SHEET))
        page.text(SCALE_ROW, LABEL, "Money that the tolerance is a share of: benefits and costs")
        formula, value = self._scale()
        page.formula(SCALE_ROW, ONE, f"={formula}", value, "#,##0")
        book.define("scale", at(SCALE_ROW, ONE, SHEET))
        first, last = TOP + 1, TOP + len(self.checks)
        page.text(MASTER_ROW, LABEL, "Master check", "bold")
        page.text(MASTER_ROW, RELATION, "number of checks", "right")
        page.number(MASTER_ROW, OTHER, float(len(self.checks)), "0")
        book.define("number_of_checks", at(MASTER_ROW, OTHER, SHEET))
        holds = down(first, last, HOLDS)
        all_hold = f"AND(MIN({holds})=1,SUM({holds})=number_of_checks)"
        page.formula(
            MASTER_ROW, ONE, f'=IF({all_hold},"ALL CHECKS HOLD","CHECKS FAIL")', self.master_text, "", "verdict"
        )
        page.texts(TOP, LABEL, HEADS, "head")
        for column in (ONE, OTHER, HOLDS):
            page.text(TOP, column, HEADS[column], "head_number")
        for row, check in enumerate(self.checks, first):
            self._write(book, row, check)
        page.text(last + 2, LABEL, "To mind; not part of the master check", "part")
        for row, check in enumerate(self.to_mind, last + 3):
            self._write(book, row, check)
        row = last + 2 + len(self.to_mind)
        page.mark(first, HOLDS, last, HOLDS, "==", "0")
        page.mark(last + 3, HOLDS, row, HOLDS, "==", "0")
        page.text(row + 2, LABEL, "Cost categories of which nothing is declared", "part")
        gaps = self.money.gaps or ("",)
        for place, gap in enumerate(gaps, row + 3):
            page.text(place, LABEL, gap)
        if not self.money.gaps:
            page.text(row + 3, ONE, "none", "note")
        book.define("gaps", down(row + 3, row + 2 + len(gaps), LABEL, SHEET))
        page.sheet.freeze_panes(TOP + 1, 1)
        page.sheet.repeat_rows(TOP)

    def _write(self, book: Book, row: int, check: Check) -> None:
        page = book.pages[SHEET]
        page.text(row, LABEL, check.text)
        for column, (formula, value) in ((ONE, check.one), (OTHER, check.other)):
            shape = number_format("", [value], "-") if isinstance(value, float) else ""
            page.formula(row, column, f"={formula}", value, shape)
        page.text(row, RELATION, WORDS[check.relation], "note")
        one, other = f"B{row + 1}", f"D{row + 1}"
        condition = {
            "same": f"EXACT({one},{other})" if isinstance(check.one[1], str) else f"{one}={other}",
            "money": f"ABS({one}-{other})<=tolerance*scale",
            "number": f"ABS({one}-{other})<=tolerance*MAX(1,ABS({other}))",
            "most": f"{one}<={other}",
        }[check.relation]
        page.formula(row, HOLDS, f"=IFERROR(N({condition}),0)", float(check.holds(self._scale()[1])), "0")
        page.text(row, HOLDS + 1, check.why, "note")

    def _scale(self) -> Number:
        cells = [f"ABS({self.calc.cell(f'cash_flow.{name}')})" for name in ("benefits", "costs")]
        values = [abs(self.calc.number(f"cash_flow.{name}") or 0.0) for name in ("benefits", "costs")]
        return "+".join(cells), math.fsum(values)

    # --- what must hold

    def _all(self) -> Iterator[Check]:
        yield from self._of_inputs()
        yield from self._of_evidence()
        yield from self._of_totals()
        yield from self._of_present_values()
        yield from self._of_chances()
        yield from self._of_errors()
        yield from self._as_reported()
        yield from self._of_simulation()
        yield from self._of_scenarios()

    def _of_inputs(self) -> Iterator[Check]:
        inputs = self.inputs
        single = float(len(inputs.names))
        for detail, text, why in (
            ("Is a number", "Every input is a number, in every scenario", ""),
            ("Can be", "Every input is between the least and the most that it can be", "A share of 10 is not 10%."),
            ("In its range", "Every input is in the range declared for it", "low <= value <= high"),
        ):
            cells = inputs.flags(detail)
            found = self._flags(detail)
            yield Check(text, (f"SUM({cells})", found), "same", (f"COUNT({inputs.flags('Is a number')})", single), why)
        cells, money = inputs.flags("In its currency"), [one for one in inputs.workings.inputs if is_money(one)]
        yield Check(
            "Every input in money is in the currency of the report",
            (f"SUM({cells})", math.fsum(inputs.flag("In its currency", one) for one in money if not one.series)),
            "same",
            (f"COUNT({cells})", float(sum(not one.series for one in money))),
        )
        for given in inputs.series:
            cells, months = inputs.places[given.name].over(inputs.workings.months), len(given.series)
            yield Check(
                f"{given.label}: a number each month", (f"COUNT({cells})", float(months)), "same",
                (f"COLUMNS({cells})", float(months)),
            )  # fmt: skip
            yield Check(f"{given.label}: never below 0", ("0", 0.0), "most", (f"MIN({cells})", min(given.series)))
            if given.unit == "0 or 1":
                yield Check(f"{given.label}: at most 1", (f"MAX({cells})", max(given.series)), "most", ("1", 1.0))

    def _flags(self, detail: str) -> float:
        return math.fsum(self.inputs.flag(detail, one) for one in self.inputs.single)

    def _of_evidence(self) -> Iterator[Check]:
        cells, known = self.inputs.flags("As evidence"), float(len(self.evidence.cells))
        yield Check(
            "Every measured input is what the evidence says", (f"SUM({cells})", known), "same",
            (f"COUNT({cells})", known), "Fails where a measured number was typed over.",
        )  # fmt: skip
        control = at(CONTROL, 1, "Evidence")
        yield Check(
            "The evidence adds up to its control total", (control, self.evidence.total), "number",
            ("control_total", self.evidence.total),
        )  # fmt: skip
        ends = at(ENDS, 1, "Evidence")
        yield Check(
            "Its ends, levels and units add up to their control total", (ends, self.evidence.ends_total), "number",
            ("ends_total", self.evidence.ends_total),
        )  # fmt: skip
        hash_ = self.provenance.report_sha256
        yield Check(
            "The evidence is that of the report named on About", (at(REPORT, 1, "Evidence"), hash_), "same",
            ("report_hash", hash_), "About says how the report is made again.",
        )  # fmt: skip

    def _of_totals(self) -> Iterator[Check]:
        calc = self.calc
        for kind, whole, own in (("lines", "benefits", "benefit"), ("costs", "costs", "cost")):
            names = [row.name for row in calc.rows if row.name.startswith(f"{kind}.") and row.name.endswith(f".{own}")]
            if names:
                yield Check(
                    f"Totals of all {own}s are the total of the {whole}", self._sum(names), "money",
                    self._cell(f"cash_flow.{whole}"),
                )  # fmt: skip
        both = self._number("cash_flow.benefits") - self._number("cash_flow.costs")
        cells = f"{calc.cell('cash_flow.benefits')}-{calc.cell('cash_flow.costs')}"
        yield Check("Benefits less costs are the net", (cells, both), "money", self._cell("cash_flow.net"))
        years, net = self.profit_and_loss.cell("cash_flow.net"), self._number("cash_flow.net")
        yield Check("The net by year adds up to that by month", (years, net), "money", self._cell("cash_flow.net"))
        yield Check(
            "The net so far ends at the total of the net", self._last("cash_flow.cumulative"), "money",
            self._cell("cash_flow.net"),
        )  # fmt: skip

    def _of_present_values(self) -> Iterator[Check]:
        calc = self.calc
        net, values = calc.over("cash_flow.net"), calc.values("cash_flow.net")
        first, rest = _split(net)
        rate = (1 + self._given("discount")) ** (1 / 12) - 1
        found = math.fsum((value or 0.0) / (1 + rate) ** month for month, value in enumerate(values))
        yield Check(
            "NPV() of the months, with month 0 added, is the NPV",
            (f"NPV((1+discount)^(1/12)-1,{rest})+{first}", found), "money", self._cell("summary.npv"),
            "The spreadsheet's own function discounts its first value too.",
        )  # fmt: skip
        yield Check(
            "Present values of the months add up to the NPV", self._cell("cash_flow.present"), "money",
            self._cell("summary.npv"),
        )  # fmt: skip
        names = [row.name for row in calc.rows if row.name.startswith("lines.") and row.name.endswith(".present")]
        yield Check(
            "Present values of the lines add up to the benefits", self._sum(names), "money",
            self._cell("summary.benefits"),
        )  # fmt: skip
        yield Check(
            "The present value so far ends at the NPV", self._last("cash_flow.cumulative_present"), "money",
            self._cell("summary.npv"),
        )  # fmt: skip
        factors = calc.over("discount_factor")
        known = [one or 0.0 for one in calc.values("discount_factor")]
        yield Check("Discount factors are above 0", ("0", 0.0), "most", (f"MIN({factors})", min(known)))
        yield Check("Discount factors are at most 1", (f"MAX({factors})", max(known)), "most", ("1", 1.0))
        rate_of_return = self._number_or_none("summary.irr_monthly")
        yield Check(
            "A rate of return is given only where the net changes its sign once",
            (f"COUNT({calc.cell('summary.irr_monthly')})", float(rate_of_return is not None)), "most",
            (f"N({calc.cell('summary.sign_changes')}=1)", float(self._number("summary.sign_changes") == 1)),
        )  # fmt: skip

    def _of_chances(self) -> Iterator[Check]:
        chances = [self.calc.places["closed_form.p_negative"]]
        chances += [place for name, place in self.calc.places.items() if name.endswith(".weight")]
        cells = ",".join(place.elsewhere("Calc").cell for place in chances)
        names = ["closed_form.p_negative", *(name for name in self.calc.places if name.endswith(".weight"))]
        values = [self._number(name) for name in names]
        yield Check("Probabilities and weights are at least 0", ("0", 0.0), "most", (f"MIN({cells})", min(values)))
        yield Check("Probabilities and weights are at most 1", (f"MAX({cells})", max(values)), "most", ("1", 1.0))

    def _of_errors(self) -> Iterator[Check]:
        for sheet, cells in self._sheets():
            yield Check(
                f"No cell of {sheet} is an error", (f"N(ISERROR(SUM({cells})))", 0.0), "same", ("0", 0.0),
                "A sum over an error is one.",
            )  # fmt: skip

    def _sheets(self) -> Iterator[tuple[str, str]]:
        calc, months = self.calc, self.calc.workings.months
        yield "Calc", box((calc.top, VALUE), (calc.end, MONTH_0 + months), "Calc")
        yield INPUTS, box((5, VALUE), (self.inputs.last, self.inputs.column("Changed")), INPUTS)
        yield "PnL", self.profit_and_loss.numbers
        blocks = self.scenarios.blocks
        if blocks:
            yield "Scenarios", box((4, VALUE), (blocks[-1][1].end, MONTH_0 + months), "Scenarios")

    def _as_reported(self) -> Iterator[Check]:
        labels = {row.name: (row.label, row.unit) for row in self.calc.rows}
        for name in self.scenarios.figures:
            (label, unit), value = labels[name], self._number_or_none(name)
            yield self._reported(label, reported_name(name), self.calc.cell(name), value, unit)
        for scenario, block in self.scenarios.blocks:
            label = f"NPV of {scenario.label or scenario.name}"
            cell, value = block.cell("summary.npv"), npv_of(scenario, block)
            yield self._reported(label, reported_scenario(block), cell, value, self.calc.workings.currency)

    def _reported(self, label: str, reported: str, cell: str, value: float | None, unit: str) -> Check:
        relation = "same" if value is None else "money" if unit == self.calc.workings.currency else "number"
        side = "none" if value is None else value
        return Check(
            f"As long as no input is changed: {lower_first(label)}, as reported",
            (f"IF(changed=0,{cell},{reported})", side), relation, (reported, side),
            "Fails where a formula was typed over.",
        )  # fmt: skip

    def _of_simulation(self) -> Iterator[Check]:
        simulation = self.money.simulation
        if simulation is None:
            return
        total = self.monte_carlo.total
        yield Check(
            "The simulation adds up to its control total", (self.monte_carlo.control, total), "number",
            ("simulation_total", total), "Fails where a number of MonteCarlo was typed over.",
        )  # fmt: skip
        for name in (*SIMULATED, *(WHOLE if simulation.beyond_luck else ())):
            number = simulation.number(name)
            yield Check(
                f"Summary and MonteCarlo say the same of {name}", (f"simulated_{name}", number), "same",
                (self.monte_carlo.cell(name), number),
            )  # fmt: skip
        if not self.monte_carlo.comparable:
            return
        errors = {row: name for name, _, row in FOUND if row}
        for label, cell, error, name in self.monte_carlo.pairs:
            own = errors[name]
            away = abs(simulation.number(own) - self._number(name))
            one_draw, size = ("1", 1.0) if own == "p_negative" else (self.monte_carlo.sd, simulation.number("sd"))
            allowed = ERRORS_ALLOWED * (simulation.errors.get(own, 0.0) + size / simulation.draws)
            yield Check(
                f"{label}: simulated and closed form agree",
                (f"IF(changed=0,ABS({cell}-{self.calc.cell(name)}),0)", away),
                "most",
                (f"errors_allowed*({error}+{one_draw}/draws)+tolerance*scale", allowed + TOLERANCE * self._scale()[1]),
                "Within the simulation's own error and the weight of a draw; only as long as no input is changed.",
            )

    def _of_scenarios(self) -> Iterator[Check]:
        known = {scenario.name: block for scenario, block in self.scenarios.blocks}
        steps = [("bear", known.get("bear")), ("the case", self.calc), ("bull", known.get("bull"))]
        for (lower, one), (higher, other) in itertools.pairwise(steps):
            if one is not None and other is not None:
                yield Check(
                    f"Scenarios: {lower} is not above {higher}",
                    (one.cell("summary.npv"), one.number("summary.npv") or 0.0),
                    "most",
                    (other.cell("summary.npv"), other.number("summary.npv") or 0.0),
                    "Where effects are losses, fewer of them are better.",
                    counts=False,
                )
        gaps = float(len(self.money.gaps))
        yield Check(
            "Every category of the cost checklist is declared", ("COUNTA(gaps)", gaps), "same", ("0", 0.0),
            "What is not declared is not 0.", counts=False,
        )  # fmt: skip

    # --- sides

    def _cell(self, name: str) -> Side:
        return self.calc.cell(name), self._number(name)

    def _sum(self, names: Sequence[str]) -> Side:
        return "+".join(map(self.calc.cell, names)), math.fsum(map(self._number, names))

    def _last(self, name: str) -> Side:
        """Of the last month."""
        cells, values = self.calc.over(name), self.calc.values(name)
        return cells.partition(":")[0].partition("!")[0] + "!" + cells.partition(":")[2], values[-1] or 0.0

    def _number(self, name: str) -> float:
        return self._number_or_none(name) or 0.0

    def _number_or_none(self, name: str) -> float | None:
        return self.calc.number(name)

    def _given(self, name: str) -> float:
        return self.inputs.workings.input(name).value


def _split(cells: str) -> tuple[str, str]:
    """Month 0, and the months after it, of 'Calc!$F30:$AP30'."""
    sheet, _, both = cells.partition("!")
    first, _, last = both.partition(":")
    row = first.removeprefix(f"${letters(MONTH_0)}")
    return f"{sheet}!{first}", f"{sheet}!${letters(MONTH_0 + 1)}{row}:{last}"
