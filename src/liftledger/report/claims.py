"""Claims in words: what each benefit line lets one say, and the honest sentence where the case loses money."""

import msgspec

from liftledger.domain.cash import BenefitLine, Claim, Figure, Money, Proof
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import MEANING, Grade
from liftledger.domain.report import Report
from liftledger.report import numbers
from liftledger.report.amounts import amount, is_money
from liftledger.report.break_even import basis
from liftledger.report.case import unpriced
from liftledger.report.headline import by_name
from liftledger.report.quantity import estimate_of, quantity

BASIS = "Money of a month at the full effect, before ramp and decay, from the effects as"


class Said(msgspec.Struct, frozen=True):
    """A claim as a sentence. `evidence` and `money` are ids, of the estimate and of the line's money a month."""

    line: str
    standing: Proof
    text: str
    sureness: str  # intervals; '' where there are none
    basis: str  # what the money is; '' where there is none
    formula: str
    grade: Grade
    meaning: str  # of the grade
    evidence: str
    money: str


def said(report: Report, money: Money) -> tuple[Said, ...]:
    """The claims of the case, in its order: time to value, support and expansion first."""
    lines = {line.name: line for line in money.lines}
    return tuple(_Words(report, money, claim, lines[claim.line]).said() for claim in money.claims)


class _Words:
    """The words for one claim."""

    def __init__(self, report: Report, money: Money, claim: Claim, line: BenefitLine) -> None:
        self.report, self.claim, self.line = report, claim, line
        self.basis = basis(money)
        self.arm = f" with {numbers.isolated(line.arm)}" if line.arm else ""
        self.name = quantity(report, claim.evidence) or numbers.label(line.metric)
        change = claim.change.answer
        self.relative = not isinstance(change, NoEstimate)
        moved = claim.change if self.relative else line.effect
        self.size = amount(moved, difference=not self.relative)
        self.rose = not isinstance(moved.answer, NoEstimate) and moved.answer.value > 0

    def said(self) -> Said:
        claim = self.claim
        return Said(
            line=claim.line,
            standing=claim.standing,
            text=numbers.capital(f"{self._text()}."),
            sureness="" if claim.standing == "unpriced" else self._sureness(),
            basis="" if claim.standing == "unpriced" else f"{BASIS} {self.basis}.",
            formula=self._formula(),
            grade=claim.grade,
            meaning=MEANING[claim.grade],
            evidence=claim.evidence,
            money=self.line.monthly.id,
        )

    def _text(self) -> str:
        by, randomised = f"by {self.size.unsigned}", self.claim.grade is Grade.RANDOMISED
        verb = "raised" if self.rose else "reduced"
        was = f"was {self.size.unsigned} {'higher' if self.rose else 'lower'}"
        match self.claim.standing:
            case "proven" if randomised:
                return f"we {verb} {self.name} {by}{self.arm}, worth {self._worth()}"
            case "proven":
                return (
                    f"{self.name} {was}{self.arm}, not randomised; if that is the effect, it is worth {self._worth()}"
                )
            case "harm":
                changed = f"{'rose' if self.rose else 'fell'} {by}" if randomised else was
                return f"harm: {self.name} {changed}{self.arm}{self._cost('costs')}"
            case "assumed":
                return self._assumed(f"{self.name} {'up' if self.rose else 'down'} {by}{self.arm}")
            case "unproven":
                return f"{self._unproven(was)}; the case counts what is expected, {amount(self.line.monthly).text}"
            case "unpriced":
                return f"no money is claimed for {numbers.label(self.line.name)}: {unpriced(self.line)}"

    def _unproven(self, was: str) -> str:
        """An interval that holds 0: as measured, or no longer without it where a prior is taken in."""
        effect = self.line.effect.answer
        if isinstance(effect, Interval) and not effect.low <= 0 <= effect.high:
            return f"not proven: {self.name} {was}{self.arm}, but after the prior the interval contains 0"
        return f"no effect can be shown: {self.name} {was}{self.arm}, and the interval contains 0"

    def _worth(self) -> str:
        """'66 more users a month who get there within 30 days, at 32 USD each: 2 112 USD per month'."""
        each, monthly = self.claim.each, amount(self.line.monthly).unsigned
        if not isinstance(each.answer, NoEstimate):
            if each.unit == "share":
                return f"{self._moved()}, {monthly} at a gross margin of {amount(each).text}"
            return f"{self._moved()}, at {amount(each).text} each: {monthly}"
        return (
            monthly if is_money(self.claim.moved.unit) else f"{self._moved()}, each at its category's worth: {monthly}"
        )

    def _assumed(self, change: str) -> str:
        monthly = self.line.monthly.answer
        assert not isinstance(monthly, NoEstimate)
        if monthly.value == 0:
            return f"assumed, not measured: no change of {self.name}{self.arm}, worth nothing"
        worth = self._cost("would cost") if monthly.value < 0 else f", worth {self._worth()}"
        return f"assumed, not measured: {change}{worth}"

    def _cost(self, verb: str) -> str:
        """What harm moves, then what that costs: ': 66 fewer users a month, at 32 USD each, which costs ...'."""
        each, cost = self.claim.each, f", which {verb} {amount(self.line.monthly).unsigned}"
        if not isinstance(each.answer, NoEstimate):
            if each.unit == "share":
                return f": {self._moved()}{cost} at a gross margin of {amount(each).text}"
            return f": {self._moved()}, at {amount(each).text} each{cost}"
        return cost if is_money(self.claim.moved.unit) else f": {self._moved()}, each at its category's worth{cost}"

    def _moved(self) -> str:
        """'66 more users a month', '4 380 USD more a month'."""
        found = amount(self.claim.moved)
        things, change, *every = found.unit.rsplit(" ", 3) if found.known else ("", "none", "", "")
        when = "a campaign" if "campaign" in every else "a month"
        if change == "less" or is_money(things):
            change = "less" if change == "fewer" else change
            return f"{found.number}{numbers.NO_BREAK}{things} {change} {when}"
        return f"{found.number}{numbers.NO_BREAK}{change} {self._things(things)} {when}{self._who()}"

    def _things(self, things: str) -> str:
        estimate = estimate_of(self.report, self.line.counted)
        return numbers.plural(estimate.unit) if things == "units" and estimate else numbers.label(things)

    def _who(self) -> str:
        estimate = estimate_of(self.report, self.line.counted)
        metric = by_name(self.report).get(estimate.metric) if estimate else None
        return f" who get there within {metric.part_value}" if metric and metric.part == "share" else ""

    def _sureness(self) -> str:
        change, monthly = self.claim.change.answer, amount(self.line.monthly)
        ends = numbers.lift_range(change) if isinstance(change, Interval) else _range(self.line.effect)
        ranges = [ends, f"{monthly.range} {monthly.unit}" if monthly.range else ""]
        sort = f"{numbers.confidence(self.report.confidence)} intervals"
        if self.claim.standing == "assumed":
            sort = "Plausible"
        return f"{sort}: {'; '.join(filter(None, ranges))}."

    def _formula(self) -> str:
        """From the change to the money, and from the money to what is moved."""
        each, money = self.claim.each, self.line.monthly.formula
        one = f"({each.formula})" if " x " in each.formula else each.formula
        moved = "" if isinstance(each.answer, NoEstimate) else f"; moved = money / {one}"
        change = self.claim.change.formula if self.relative else self.line.effect.formula
        return f"change = {change}; money = {money}{moved}"


def _range(figure: Figure) -> str:
    """'+4.64 to +6.36 pp'."""
    found = amount(figure, difference=True)
    return f"{found.range} {found.unit}" if found.range else ""
