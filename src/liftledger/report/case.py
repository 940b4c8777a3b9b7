"""The business case in words: its first line, how sure it is, and what would overturn it."""

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from liftledger.domain.cash import BenefitLine, Figure, Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import MEANING, Grade
from liftledger.domain.report import Estimate, Report
from liftledger.report import numbers
from liftledger.report.amounts import Amount, amount, chance, short
from liftledger.report.break_even import assumptions, basis, break_even


class State(StrEnum):
    """What may be said of the money; the value is also the CSS class."""

    WORTH = "better"
    LOSS = "worse"
    UNPROVEN = "unproven"  # the interval contains 0, a line is not priced, or nobody has measured an effect
    BROKEN = "broken"
    YOUNG = "young"  # nothing is priced, because windows are still open
    SILENT = "silent"  # nothing is priced, for another reason


class Case(msgspec.Struct, frozen=True):
    """The first lines. Only a case that is `shown` may name an amount of money."""

    state: State
    before: str
    amount: str  # with the id of the net present value; '' where there is none
    after: str
    sureness: str
    reasons: tuple[str, ...]  # why there is no money; sentences
    figures: tuple[tuple[str, Amount], ...]  # heads and figures of the first lines
    grade: Grade | None  # of the weakest line that is priced
    meaning: str
    overturn: tuple[str, ...]  # sentences

    @property
    def shown(self) -> bool:
        return self.state in (State.WORTH, State.LOSS, State.UNPROVEN)

    def __str__(self) -> str:
        return f"{self.before}{self.amount}{self.after}"


def case(report: Report, money: Money) -> Case:
    """What the case comes to, or why there is none."""
    npv = money.summary.npv
    if isinstance(npv.answer, NoEstimate) or not money.cash_flow:
        return _without(report, money)
    state, before, after = _said(report, money, npv)
    weakest = max((line.grade for line in money.lines if line.priced), key=list(Grade).index, default=None)
    return Case(
        state=state,
        before=before,
        amount=short(npv),
        after=after,
        sureness=_sureness(report, money),
        reasons=(),
        figures=_figures(money),
        grade=weakest,
        meaning=MEANING[weakest] if weakest else "",
        overturn=tuple(dict.fromkeys(_overturn(report, money))),
    )


def unpriced(line: BenefitLine) -> str:
    """Why a line is not priced, in a clause."""
    return "; ".join(reason.rstrip(".") for reason in line.reasons) or "no reason is given"


def _said(report: Report, money: Money, npv: Figure) -> tuple[State, str, str]:
    """State, and what stands before and after the amount."""
    assert not isinstance(npv.answer, NoEstimate)
    value = npv.answer.value
    low, high = (npv.answer.low, npv.answer.high) if isinstance(npv.answer, Interval) else (value, value)
    span = f"over {numbers.months(money.months)}, after its costs{_part(money)}"
    average, assumed = _average(money, npv), _assumed(money)
    told, loss = f" {span}{average}", "a loss of " if value < 0 and not _nothing(npv) else ""
    needs = f" {numbers.capital(break_even(report, money))}." if value < 0 else ""
    left = [numbers.label(line.name) for line in money.lines if not line.priced and not line.under]
    if left:
        verb = "is" if len(left) == 1 else "are"
        before = f"No verdict, as {numbers.listing(left)} {verb} not priced: the rest is {loss}"
        return State.UNPROVEN, before, f"{told}."
    if low <= 0 <= high or (value > 0) is not (low > 0):
        why = "the interval contains 0" if low <= 0 <= high else "the two differ in sign"
        joint = ";" if average else ", and" if value < 0 else ", but"
        return State.UNPROVEN, f"Not proven: {_ground(value, average, assumed)}{loss}", f"{told}{joint} {why}.{needs}"
    if assumed:
        provided = "" if average else ", if everything is as declared"
        return State.UNPROVEN, f"{assumed}: {loss}", f"{told}{provided}.{needs}"
    if value > 0:
        return State.WORTH, "Personalization is worth ", f"{told}."
    return State.LOSS, "On current evidence this loses money: ", f"{told}.{needs}"


def _nothing(npv: Figure) -> bool:
    """Whether the amount is written as 0, which is no loss."""
    return not amount(npv).number.strip(f"0.{numbers.MINUS}")


def _ground(value: float, average: str, assumed: str) -> str:
    """What an amount rests on that is not proven; a best guess has nothing beside it that is expected instead."""
    if assumed:
        return ""
    if value < 0:
        return "on current evidence "
    return "" if average else "the best guess is "


def _assumed(money: Money) -> str:
    """What nobody has measured of the case; '' where all of it was."""
    found = assumptions(money)
    if not found:
        return ""
    if len(found) == sum(line.priced for line in money.lines):
        return "Assumed, not measured"
    return f"In part assumed, not measured ({numbers.listing([numbers.label(line.name) for line in found])})"


def _average(money: Money, npv: Figure) -> str:
    """What the draws come to beside the amount, which takes every input as declared; '' where it is the same."""
    drawn, answer = money.simulation, npv.answer
    if drawn is None or not drawn.beyond_luck or not isinstance(answer, Interval):
        return ""
    mean = msgspec.structs.replace(drawn.mean, answer=msgspec.structs.replace(answer, value=drawn.number("mean")))
    if amount(mean).text == amount(npv).text:
        return ""
    loss = drawn.number("mean") < 0
    sort = ("a loss of " if loss else "a gain of ") if loss is not (answer.value < 0) else ""
    return f", with every input as declared, {sort}{short(mean)} on average over all that is uncertain"


def _part(money: Money) -> str:
    """How many lines the amount rests on, where it is not all of them."""
    counting = [line for line in money.lines if not line.under]
    priced = sum(line.priced for line in counting)
    return "" if priced == len(counting) else f" and with {priced} of {len(counting)} benefit lines priced"


def _sureness(report: Report, money: Money) -> str:
    npv, loss = amount(money.summary.npv), chance(money.summary.p_negative)
    level = f"{numbers.confidence(report.confidence)} interval"
    interval = f"{level}: {npv.range} {money.summary.npv.unit}" if npv.range else ""
    risk = f"Probability of a loss: {loss.text}" if loss.known else ""
    found = list(filter(None, [interval, risk]))
    if found and assumptions(money):
        return f"If the declared ranges hold: {'; '.join(map(numbers.lower_first, found))}."
    return " ".join(f"{one}." for one in found)


def _figures(money: Money) -> tuple[tuple[str, Amount], ...]:
    summary, even = money.summary, amount(money.summary.break_even)
    return (
        ("Net present value", amount(summary.npv)),
        ("Probability of a loss", chance(summary.p_negative)),
        ("Payback", amount(summary.payback)),
        (
            "Break-even",
            msgspec.structs.replace(even, unit=f"of the effects as {basis(money)}") if even.known else even,
        ),
    )


def _overturn(report: Report, money: Money) -> Iterator[str]:
    """What stands against it whatever it is worth, what would make it worth nothing, what is left out or unsure."""
    if money.decision is not None:
        yield from (said(reason, report, money) for reason in money.decision.against)
    share, taken = amount(money.summary.break_even), basis(money)
    answer = money.summary.break_even.answer
    if isinstance(answer, NoEstimate):
        yield f"{numbers.capital(share.reason)}."
    elif answer.value <= 1:
        yield f"The effects may shrink to {share.text} of what was {taken} before the case is worth nothing."
    else:
        yield f"The effects would have to be {share.text} of what was {taken} for the case to be worth anything."
    for line in money.lines:
        change = amount(line.sign_change, difference=True)
        if line.priced and change.known:
            sd = change.text.removeprefix("+")
            yield (
                f"{numbers.capital(numbers.label(line.name))} is taken as measured, as no prior is declared. A prior "
                f"around 0 with a standard deviation of {sd} would bring the net present value to 0."
            )
    yield from (said(reason, report, money) for reason in money.reasons)


def said(text: str, report: Report, money: Money) -> str:
    """A reason as a sentence, in which lines and metrics are called as they are elsewhere on the page."""
    names = {metric.metric: numbers.name_of(metric) for metric in report.definitions.metrics}
    names |= {line.name: numbers.label(line.name) for line in money.lines}
    text = re.sub(r"\w+", lambda found: names.get(found[0], found[0]), text)
    return f"{numbers.capital(text.rstrip('.'))}."


def _without(report: Report, money: Money) -> Case:
    """No money: broken studies first, then open windows, then whatever else stands in the way."""
    broken = {study.name: study.reasons for study in report.studies if study.grade is Grade.BROKEN}
    struck = [name for name in dict.fromkeys(line.study for line in money.lines) if name in broken]
    lines = [line for line in money.lines if not line.priced]
    left = tuple(f"{numbers.capital(numbers.label(line.name))}: {unpriced(line)}." for line in lines)
    if struck:
        names = numbers.listing([f"'{numbers.label(name)}'" for name in struck])
        verb = "is" if len(struck) == 1 else "are"
        noun = numbers.plural("study", len(struck))
        told = tuple(
            f"{numbers.capital(numbers.label(name))}: {reason.rstrip('.')}."
            for name in struck
            for reason in broken[name]
        )
        return _silent(State.BROKEN, f"No money is shown: {noun} {names} {verb} broken.", told or left)
    waiting = [e for e in _counted(report, money) if e.maturity.state == "immature"]
    if waiting:
        return _silent(State.YOUNG, f"Not yet: {when(waiting)}", left)
    answer = money.summary.npv.answer
    reasons = left or money.reasons or ((answer.reason,) if isinstance(answer, NoEstimate) else ())
    reasons = tuple(said(reason, report, money) for reason in reasons)
    return _silent(State.SILENT, "No money can be given: nothing could be priced.", reasons)


def when(estimates: list[Estimate]) -> str:
    """The day of the first answer, and the day on which all units so far are observed."""
    first = min((e.maturity.first for e in estimates if e.maturity.first), default=None)
    complete = max((e.maturity.complete for e in estimates if e.maturity.complete), default=None)
    if first is None:
        return "no window has closed, and it is not known when the first will."
    text = f"no window has closed. The first answer can be given on {numbers.instant(first)}"
    return f"{text}; all units so far are observed in full on {numbers.instant(complete)}." if complete else f"{text}."


def _counted(report: Report, money: Money) -> list[Estimate]:
    """The estimates that the unpriced lines rest on."""
    wanted = {id for line in money.lines if not line.priced for id in (line.estimate, line.counted)}  # noqa: A001
    return [e for e in report.estimates if e.id in wanted]


def _silent(state: State, text: str, reasons: tuple[str, ...]) -> Case:
    return Case(state, text, "", "", "", tuple(dict.fromkeys(reasons)), (), None, "", ())
