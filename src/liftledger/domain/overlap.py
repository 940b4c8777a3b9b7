"""Which benefit lines hold the same money, and so must not be added."""

from typing import Literal

import msgspec

from liftledger.domain.value import Benefit, Line

# A benefit, another that it contains, and why: of one treatment, only one of the two counts.
CONTAINS: tuple[tuple[Benefit, Benefit, str], ...] = (
    ("revenue", "retention", "who stays goes on paying, so that a lift in revenue per user already contains it"),
    ("revenue", "intervention", "who was kept goes on paying, so that a lift in revenue per user already contains it"),
    ("revenue", "expansion", "what customers buy on top is a part of what they bring"),
    ("revenue", "upgrade", "what an upgrade brings is a part of what its user brings"),
    ("revenue", "time_to_value", "what those bring who get there is a part of what all bring"),
    ("revenue", "acquisition", "what new customers bring is a part of what all bring"),
    ("retention", "intervention", "an intervention succeeds where somebody at risk stays, and that is retention"),
    ("expansion", "upgrade", "an upgrade is an expansion"),
)
# Benefits that a unit brings once: two metrics of one treatment that show it price the same.
ONCE: dict[Benefit, str] = {
    "time_to_value": "a unit gets there once, whatever shows it",
    "retention": "who stays is worth it once, whatever shows it",
    "intervention": "who is kept is worth it once, whatever shows it",
}


class Overlap(msgspec.Struct, frozen=True):
    """Why two lines hold the same money; `wider` is the one that contains the other, '' where neither does."""

    wider: Literal["earlier", "later", ""]
    why: str


def overlap(earlier: Line, later: Line) -> Overlap | None:
    """Of what two lines declare; None where they may be added.

    Two treatments, each against its own control, bring money of their own, unless one is the program's holdout. What
    runs under a program reconciles to it, and is not added.
    """
    valued = [line.worth_from.value for line in (earlier, later) if line.worth_from is not None]
    if sorted(valued) == ["lifetime", "replacement"]:
        return Overlap("", "a customer who is kept is worth what they still bring, or what replacing them costs")
    if (earlier.study, earlier.arm) == (later.study, later.arm):
        return _contained(earlier, later)
    return _under_program(earlier, later)


def benefit_of(line: Line) -> Benefit | None:
    """As declared; customers who are kept are retention."""
    return line.benefit or ("retention" if line.worth_from is not None else None)


def of_one_treatment(earlier: Line, later: Line) -> bool:
    """Whether two lines of different studies hold the same money if both studies tried the same treatment.

    Studies do not say what they try, so that this is for a person to rule out.
    """
    if earlier.study == later.study or earlier.program or later.program or earlier.under or later.under:
        return False
    one, other = benefit_of(earlier), benefit_of(later)
    return one is not None and (one == other or _contained(earlier, later) is not None)


def _contained(earlier: Line, later: Line) -> Overlap | None:
    one, other = benefit_of(earlier), benefit_of(later)
    if one is not None and one == other and one in ONCE and not earlier.assumed:  # a plan may have one for each segment
        return Overlap("", ONCE[one])
    for outer, inner, why in CONTAINS:
        if (one, other) == (outer, inner):
            return Overlap("earlier", why)
        if (one, other) == (inner, outer):
            return Overlap("later", why)
    return None


def _under_program(earlier: Line, later: Line) -> Overlap | None:
    """A program's holdout measures all that the program does; a study of the same benefit is mostly a part of it."""
    if earlier.program == later.program or earlier.under or later.under:
        return None
    one, other = benefit_of(earlier), benefit_of(later)
    wider: Literal["earlier", "later"] = "earlier" if earlier.program else "later"
    if one is not None and one == other:
        return Overlap(wider, "a program's own holdout already contains what its studies find")
    inside = _contained(earlier, later)
    return inside if inside is not None and inside.wider == wider else None
