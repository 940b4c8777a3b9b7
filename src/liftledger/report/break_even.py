"""The break-even in words: of one line, in its metric; of several, as a share of all their effects."""

from liftledger.domain.cash import BenefitLine, Figure, Money
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Report
from liftledger.report import numbers
from liftledger.report.amounts import amount
from liftledger.report.headline import by_name
from liftledger.report.quantity import estimate_of, quantity


def break_even(report: Report, money: Money) -> str:
    """'break-even needs activation to rise by 1.6 pp; expected is +1.2 pp', a clause."""
    share, priced = amount(money.summary.break_even), [line for line in money.lines if line.priced]
    if len(priced) == 1:
        return _of_one(report, money, priced[0])
    if not share.known:
        return f"there is no break-even, as {share.reason}"
    return f"break-even needs {share.text} of the effects as {basis(money)}"


def basis(money: Money) -> str:
    """What the effects in the cash-flow are: as measured, unless a prior shrinks one; of a plan, assumed."""
    priced = [line for line in money.lines if line.priced]
    assumed = assumptions(money)
    if assumed and len(assumed) == len(priced):
        return "assumed"
    shrunk = any(line.shrunk.answer != line.effect.answer for line in priced)
    taken = "expected after the priors" if shrunk else "measured"
    return f"{taken} or assumed" if assumed else taken


def assumptions(money: Money) -> tuple[BenefitLine, ...]:
    """The priced lines whose effect nobody has measured."""
    return tuple(line for line in money.lines if line.priced and line.grade is Grade.ASSUMED)


def _of_one(report: Report, money: Money, line: BenefitLine) -> str:
    answer = line.break_even.answer
    if isinstance(answer, NoEstimate):
        return f"there is no break-even, as {answer.reason.rstrip('.')}"
    name = quantity(report, line.estimate) or numbers.label(line.metric)
    verb = "rise" if answer.value > 0 else "fall"
    relative = next((amount(claim.needed) for claim in money.claims if claim.line == line.name), None)
    percent = f" ({relative.unsigned})" if relative and relative.known else ""
    needed, expected = (_difference(report, line, one) for one in (line.break_even, line.shrunk))
    held = "assumed" if line.grade is Grade.ASSUMED else "expected"
    return f"break-even needs {name} to {verb} by {needed.lstrip('+' + numbers.MINUS)}{percent}; {held} is {expected}"


def _difference(report: Report, line: BenefitLine, figure: Figure) -> str:
    """With its sign, in the words of the metric: '+1.62 percentage points', '-0.021 tickets per user and 30 days'."""
    found, estimate = amount(figure, difference=True), estimate_of(report, line.estimate)
    if not found.known or estimate is None:
        return found.text
    return numbers.measured(found.number, numbers.unit_of(by_name(report)[estimate.metric], estimate.unit))
