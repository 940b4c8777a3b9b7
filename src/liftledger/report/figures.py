"""The figures of the business case, each with a title, its formula and what went into it."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import CashFlowMonth, Exact, Figure, Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Report
from liftledger.report import numbers
from liftledger.report.amounts import amount, chance
from liftledger.report.formula_text import formula_text, names, within

NAMES = {
    "npv": "net present value",
    "benefits": "benefits, present value",
    "costs": "costs, present value",
    "roi": "return on investment",
    "payback": "payback",
    "discounted_payback": "payback, discounted",
    "irr_monthly": "internal rate of return, monthly",
    "irr_annual": "internal rate of return, annual",
    "p_negative": "probability of a loss",
    "mean": "mean of the net present value",
    "sd": "standard deviation of the net present value",
    "p5": "P5 of the net present value",
    "p50": "P50 of the net present value, the median",
    "p95": "P95 of the net present value",
    "low": "lower end of the net present value's interval",
    "high": "upper end of the net present value's interval",
    "break_even": "break-even",
    "effect": "effect as measured",
    "shrunk": "effect after shrinkage",
    "volume": "moved a month",
    "monthly": "money a month",
    "present_value": "present value",
    "sign_change": "sd of a prior at which the sign changes",
    "textbook": "textbook figure, biased, never priced",
    "forgone": "what the holdout forgoes, never subtracted",
    "once": "once",
    "change": "relative change as measured",
    "moved": "moved a month, as expected",
    "each": "money of one",
    "needed": "relative change at which the case breaks even",
}

ROWS = {"present_value": "present", "shrunk": "expected"}  # figures that are called otherwise than their row


SHORT = ("arr", "cac", "nrr")  # words that are letters


class Input(msgspec.Struct, frozen=True):
    """What a formula takes: a number as text, or the id of a figure or estimate with its value as text."""

    name: str
    text: str
    id: str  # '' of a number


class Account(msgspec.Struct, frozen=True):
    """How a figure came about. `values` carry all their twelve digits."""

    id: str
    title: str
    text: str
    formula: str
    values: tuple[tuple[str, str], ...]
    inputs: tuple[Input, ...]
    reason: str  # why there is no number; '' where there is one
    workings: str = ""  # the formula of the workings that gives it; '' where it is no row of them


class Ledger:
    """Accounts for every figure of a report; built once, asked for many."""

    def __init__(self, report: Report) -> None:
        self.named = dict(_named(report.money)) if report.money else {}
        self.figures = {figure.id: figure for _, figure in self.named.values()}
        self.titles = {figure.id: title for title, figure in self.named.values()}
        self.estimates = {estimate.id: estimate for estimate in report.estimates}
        self.workings = report.money.workings if report.money else None
        self.called = names(self.workings) if self.workings else {}
        self.rows = {row.name: row for row in self.workings.rows} if self.workings else {}

    def account(self, figure: Figure) -> Account:
        found = chance(figure) if figure.id.endswith(".p_negative") else amount(figure)
        return Account(
            id=figure.id,
            title=numbers.capital(self.titles.get(figure.id, figure.id)),
            text=f"{found.text} ({found.range})" if found.range else found.text,
            formula=figure.formula,
            values=_values(figure),
            inputs=tuple(self._input(name, value) for name, value in figure.inputs.items()),
            reason=found.reason,
            workings=self._workings(figure.id),
        )

    def _workings(self, figure: str) -> str:
        """'net present value = present value of the benefits - present value of the costs'."""
        group, _, last = figure.removeprefix("money.").rpartition(".")
        row = self.rows.get(f"{group}.{ROWS.get(last, last)}")
        if row is None:
            return ""
        called = within(row.name, self.called)
        return f"{called(row.name)} = {formula_text(row.formula, called)}"

    def _input(self, name: str, value: str) -> Input:
        if name == "drawn":
            return Input(name, "; ".join(self.called.get(one, one) for one in value.split(", ")), "")
        if value in self.figures:
            answer = self.figures[value].answer
            return Input(name, "none" if isinstance(answer, NoEstimate) else numbers.exact(answer.value), value)
        if value in self.estimates:
            effect = self.estimates[value].effect
            return Input(name, "none" if isinstance(effect, NoEstimate) else numbers.exact(effect.value), value)
        return Input(name, value, "")


def _named(money: Money) -> Iterator[tuple[str, tuple[str, Figure]]]:
    """Every figure under its id, with its title; months of the cash-flow too."""
    groups: list[tuple[str, msgspec.Struct]] = [("", money.summary)]
    groups += [(f"{numbers.label(line.name)}: ", line) for line in money.lines]
    groups += [(f"{numbers.label(cost.name)}: cost, ", cost) for cost in money.costs]
    groups += [(f"{numbers.label(claim.line)}: claim, ", claim) for claim in money.claims]
    groups += [(f"{numbers.label(one.program)}: program and its studies, ", one) for one in money.reconciliations]
    groups += [("chance in the effects alone: ", money.closed_form)] if money.closed_form else []
    groups += [("over all draws: ", money.simulation)] if money.simulation else []
    groups += [("decision: ", money.decision)] if money.decision else []
    for prefix, group in groups:
        for name in group.__struct_fields__:
            figure = getattr(group, name)
            if isinstance(figure, Figure):
                title = NAMES.get(name, numbers.label(name))
                if getattr(group, "grade", None) is Grade.ASSUMED:
                    title = title.replace("as measured", "as assumed")
                yield figure.id, (prefix + title, figure)
    for extra in money.extras:
        for figure in extra.figures:
            yield figure.id, (f"{extra.title}: {called(figure)}", figure)
    for month in money.cash_flow:
        figure = _month(month, money)
        yield figure.id, (f"cash-flow of month {month.month}", figure)


def called(figure: Figure) -> str:
    """What a figure of an extra table is called: what its id says after the table's name."""
    parts = (numbers.label(part).split(" ") for part in figure.id.split(".")[3:])
    return ", ".join(" ".join(word.upper() if word in SHORT else word for word in words) for words in parts)


def _month(month: CashFlowMonth, money: Money) -> Figure:
    """A month of the cash-flow as a figure: what it nets."""
    inputs = {numbers.label(name): numbers.exact(value) for name, value in month.benefits.items()}
    return Figure(
        f"money.cash_flow.{month.month}",
        Exact(month.net),
        money.summary.npv.unit,
        "the month's benefits - its costs; present value = net x discount factor",
        inputs
        | {
            "costs": numbers.exact(month.costs),
            "discount factor": numbers.exact(month.discount_factor),
            "present value": numbers.exact(month.present),
            "cumulative, undiscounted": numbers.exact(month.cumulative),
        },
    )


def _values(figure: Figure) -> tuple[tuple[str, str], ...]:
    answer = figure.answer
    match answer:
        case NoEstimate():
            return ((figure.unit, f"none: {answer.reason}"),)
        case Interval():
            return (
                (figure.unit, numbers.exact(answer.value)),
                ("standard error", numbers.exact(answer.se)),
                ("interval", f"{numbers.exact(answer.low)} to {numbers.exact(answer.high)}"),
            )
        case Exact():
            return ((figure.unit, numbers.exact(answer.value)),)
