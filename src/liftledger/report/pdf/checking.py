"""The last page: limits, risks, who reviewed it, and how anybody recomputes it."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.domain.value import Review, Risk
from liftledger.report import numbers
from liftledger.report.case import case, said
from liftledger.report.case_view import information
from liftledger.report.pdf.room import Size, Some, cut, given, named, sentence, some
from liftledger.report.pilot_view import pilot_sentence

LIMITS = (
    "Only chance in the measurement, and what is given a range, is in the intervals; all else is taken as declared.",
    "What was measured in a study is expected of the units declared; where they differ, realisation says by how much.",
    "How an effect fades beyond the time that was observed is declared, not measured.",
    "Nothing after the last month counts. Taxes, inflation and a terminal value are not in the case.",
)


class Hash(msgspec.Struct, frozen=True):
    """SHA-256 of a file, or of the definitions."""

    name: str
    value: str


class Checking(msgspec.Struct, frozen=True):
    """What is empty is left out."""

    limits: Some[str]
    beside: str  # titles of the tables that stand beside the cash
    worth: tuple[tuple[str, str], ...]  # of more evidence
    risks: Some[Risk]
    reviews: Some[Review]
    hashes: Some[Hash]


def checking(report: Report, provenance: Provenance, found: Money | None, size: Size) -> Checking:
    """The page; `found` is None where no money is shown."""
    return Checking(
        limits=some(_limits(report, found, size) if found else (), size.sentences + len(LIMITS)),
        beside=cut("; ".join(numbers.isolated(one.title) for one in found.extras), size.words) if found else "",
        worth=tuple(_worth(found, size)) if found else (),
        risks=some((_risk(one, size) for one in found.risks) if found else (), size.rows // 2 + 1),
        reviews=some((_review(one, size) for one in found.reviews) if found else (), size.rows),
        hashes=some(_hashes(report, provenance, size), size.rows),
    )


def _limits(report: Report, found: Money, size: Size) -> Iterator[str]:
    """Where the pilot stands, those of every case, then what is to mind of this one and is not on the first page."""
    if report.pilot is not None:
        yield sentence(pilot_sentence(report.pilot), size.words)
    yield from LIMITS
    before = set(case(report, found).overturn)
    for text in (said(reason, report, found) for reason in found.reasons):
        if text not in before:
            yield sentence(text, size.words)


def _worth(found: Money, size: Size) -> Iterator[tuple[str, str]]:
    """What more evidence is worth."""
    for head, told in information(found.decision) if found.decision else ():
        yield head, told.text if told.known else cut(f"none: {told.reason}", size.words)


def _risk(one: Risk, size: Size) -> Risk:
    return Risk(
        named(one.name, size),
        sentence(one.description, size.words),
        given(one.likelihood, size),
        given(one.impact, size),
        sentence(one.response, size.words),
        given(one.owner, size),
    )


def _review(one: Review, size: Size) -> Review:
    return Review(given(one.role, size), given(one.name, size), given(one.date, size))


def _hashes(report: Report, provenance: Provenance, size: Size) -> Iterator[Hash]:
    yield Hash("report.json", provenance.report_sha256)
    yield Hash("definitions", report.definitions.hash)
    for source in provenance.sources:
        if source.sha256:
            yield Hash(cut(source.place, size.letters), source.sha256)
