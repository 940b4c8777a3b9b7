"""The first page: the decision in a sentence, its numbers, what may be claimed; or why there is no money."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Money, Simulation
from liftledger.domain.report import Report
from liftledger.report import numbers
from liftledger.report.amounts import Amount
from liftledger.report.answer import answers, harms
from liftledger.report.case import Case, case
from liftledger.report.case_view import drawn_number
from liftledger.report.claims import Said, said
from liftledger.report.pdf.room import Size, Some, cut, sentence, some

COMPANY = 80  # letters of its name
CLAIMS = 3  # the answers to what a case is asked first
UNDECLARED = (
    "Nothing is declared to be worth money. A discount rate, benefit lines and costs go under value: in "
    "liftledger.yaml."
)


class Answered(msgspec.Struct, frozen=True):
    """One of the three questions, where no money can be given."""

    question: str
    short: str
    text: str


class Decided(msgspec.Struct, frozen=True):
    """What is empty or None is left out."""

    company: str
    headline: str
    case: Case | None
    terms: tuple[str, ...]
    figures: tuple[tuple[str, Amount], ...]
    decision: str
    claims: Some[Said]
    basis: str  # of the money that they name
    harms: Some[str]
    overturn: Some[str]
    reasons: Some[str]  # why there is no money
    answers: tuple[Answered, ...]


def decided(report: Report, size: Size) -> Decided:
    """The page of a report; without money, its answers stand there instead."""
    money = report.money
    found = case(report, money) if money else None
    shown = money if found and found.shown else None
    claims = some(_claims(report, shown, size), CLAIMS)
    decision = shown.decision if shown else None
    reasons = found.reasons if found else (UNDECLARED,)
    return Decided(
        company=cut(report.company, COMPANY),
        headline=sentence(str(found), 2 * size.words) if found else "No money can be given.",
        case=found,
        terms=tuple(_terms(shown)) if shown else (),
        figures=tuple(_figures(found, shown)) if found and shown else (),
        decision=sentence(decision.text, 3 * size.words) if decision else "",
        claims=claims,
        basis=next((one.basis for one in claims.shown if one.basis), ""),
        harms=some((sentence(text, size.words) for text in harms(report)), size.sentences // 2 + 1),
        overturn=some((sentence(text, size.words) for text in found.overturn) if found else (), size.sentences),
        reasons=some((sentence(text, size.words) for text in reasons), size.sentences),
        answers=() if shown else tuple(_answers(report, size)),
    )


def _terms(found: Money) -> Iterator[str]:
    yield f"{found.months} months"
    yield f"discounted at {_percent(found.discount)} a year"
    if found.margin is not None:
        yield f"revenue at a gross margin of {_percent(found.margin)}"


def _figures(found: Case, money: Money) -> Iterator[tuple[str, Amount]]:
    """Those of the first lines; where ranges are drawn, the draws' middles follow the NPV of all as declared."""
    npv, run = money.summary.npv, money.simulation
    for head, figure in found.figures:
        yield head, figure
        if run and figure.id == npv.id and figure.known and run.beyond_luck:
            yield "Mean of the draws", _middle(run, "mean", npv.unit)
            yield "P50 of the draws", _middle(run, "p50", npv.unit)


def _middle(run: Simulation, name: str, unit: str) -> Amount:
    """To the digits that the simulation's error leaves it."""
    cell = drawn_number(run.number(name), run.errors.get(name), name, unit)
    return Amount(getattr(run, name).id, cell.text, unit, cell.small, "")


def _percent(share: float) -> str:
    """As it was declared."""
    return f"{numbers.exact(share * 100)}%"


def _claims(report: Report, found: Money | None, size: Size) -> Iterator[Said]:
    for one in said(report, found) if found else ():
        yield msgspec.structs.replace(
            one, text=sentence(one.text, 2 * size.words), sureness=sentence(one.sureness, size.words),
            formula=cut(one.formula, size.words),
            evidence=cut(one.evidence, 2 * size.letters),
        )  # fmt: skip


def _answers(report: Report, size: Size) -> Iterator[Answered]:
    for one in answers(report):
        yield Answered(one.question, one.short, sentence(f"{one.sentence} {one.sureness}".strip(), 2 * size.words))
