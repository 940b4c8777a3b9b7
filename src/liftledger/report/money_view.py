"""The money section: lines, costs, summary and cash-flow as text, with their charts."""

import msgspec

from liftledger.domain.cash import BenefitLine, CashFlowMonth, Money
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report import numbers
from liftledger.report.amounts import Amount, amount, chance, money
from liftledger.report.case import unpriced
from liftledger.report.case_view import cost_given
from liftledger.report.figures import NAMES
from liftledger.report.money_charts import cash_flow, waterfall
from liftledger.report.panels import Drawing


class LineRow(msgspec.Struct, frozen=True):
    """A benefit line as text; amounts of a line that is not priced are unknown, and `why` says why."""

    name: str
    study: str
    metric: str
    arm: str
    grade: Grade
    per: str
    basis: str
    effect: Amount
    shrunk: Amount | None  # None where it is as measured
    volume: Amount
    monthly: Amount
    present_value: Amount
    break_even: Amount
    textbook: Amount | None
    priced: bool
    why: str
    reasons: tuple[str, ...]


class CostRow(msgspec.Struct, frozen=True):
    """A cost line as text."""

    name: str
    category: str
    once: Amount
    monthly: Amount
    present_value: Amount
    given: str  # by whom, as of when


class MonthRow(msgspec.Struct, frozen=True):
    """A month's end; every amount in the currency of the heading."""

    id: str
    month: int
    benefits: tuple[str, ...]  # by priced line
    costs: str
    net: str
    factor: str
    present: str
    cumulative: str


class MoneyView(msgspec.Struct, frozen=True):
    """Everything that the section shows; `summary` has names and figures."""

    currency: str
    months: int
    terms: tuple[str, ...]  # horizon, discount rate and margin, in words
    waterfall: Drawing | None
    cash_flow: Drawing | None
    lines: tuple[LineRow, ...]
    costs: tuple[CostRow, ...]
    summary: tuple[tuple[str, Amount], ...]
    heads: tuple[str, ...]  # names of the priced lines
    by_month: tuple[MonthRow, ...]
    forgone: tuple[tuple[str, Amount], ...]  # line -> what its holdout forgoes


def money_view(found: Money) -> MoneyView:
    """A business case that may be shown, as text."""
    currency = found.summary.npv.unit
    priced = tuple(dict.fromkeys(name for month in found.cash_flow for name in month.benefits))
    terms = [numbers.months(found.months), f"discounted at {numbers.percent(found.discount, 1)} a year"]
    if found.margin is not None:
        terms.append(f"revenue counted at a gross margin of {numbers.percent(found.margin, 0)}")
    steps, cash = waterfall(found), cash_flow(found)
    named = ((name, getattr(found.summary, name)) for name in found.summary.__struct_fields__)
    written = {name: chance(figure) if name == "p_negative" else amount(figure) for name, figure in named}
    return MoneyView(
        currency=currency,
        months=found.months,
        terms=tuple(terms),
        waterfall=Drawing(
            "money-waterfall", "What adds up to it", steps,
            "Benefits add up to the right, costs take away to the left. All are present values. The line beneath the "
            "last bar is its interval.", "",
        ) if steps else None,
        cash_flow=Drawing(
            "money-cash", "Cash so far", cash, f"{currency}, undiscounted, at each month's end.", ""
        ) if cash else None,
        lines=tuple(_line(line) for line in found.lines),
        costs=tuple(
            CostRow(
                numbers.label(c.name), c.category, amount(c.once), amount(c.monthly), amount(c.present_value),
                cost_given(found, c.name),
            )
            for c in found.costs
        ),
        summary=tuple((numbers.capital(NAMES[name]), found) for name, found in written.items()),
        heads=tuple(numbers.label(name) for name in priced),
        by_month=tuple(_month(month, priced, currency) for month in found.cash_flow),
        forgone=tuple((numbers.label(line.name), amount(line.forgone)) for line in found.lines if line.forgone),
    )  # fmt: skip


def _line(line: BenefitLine) -> LineRow:
    same, figured = line.shrunk.answer == line.effect.answer, line.priced or bool(line.under)
    return LineRow(
        name=numbers.label(line.name),
        study=numbers.label(line.study),
        metric=numbers.label(line.metric),
        arm=line.arm,
        grade=line.grade,
        per=line.per,
        basis=line.basis,
        effect=amount(line.effect, difference=True),
        shrunk=None if same or isinstance(line.shrunk.answer, NoEstimate) else amount(line.shrunk, difference=True),
        volume=amount(line.volume),
        monthly=amount(line.monthly),
        present_value=amount(line.present_value),
        break_even=amount(line.break_even, difference=True),
        textbook=None if line.textbook is None else amount(line.textbook),
        priced=figured,
        why="" if figured else unpriced(line),
        reasons=line.reasons if figured else (),
    )


def _month(month: CashFlowMonth, priced: tuple[str, ...], currency: str) -> MonthRow:
    return MonthRow(
        id=f"money.cash_flow.{month.month}",
        month=month.month,
        benefits=tuple(money(month.benefits.get(name, 0.0), currency) for name in priced),
        costs=money(month.costs, currency),
        net=money(month.net, currency),
        factor=f"{month.discount_factor:.4f}",
        present=money(month.present, currency),
        cumulative=money(month.cumulative, currency),
    )
