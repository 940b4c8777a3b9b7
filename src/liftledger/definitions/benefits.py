"""What lines are good for: whether a metric can show such a benefit, and whether two of them hold the same money."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

from liftledger.definitions.comparison import Comparison
from liftledger.definitions.metrics import terms
from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.domain.expression import Column, Expression, Membership, Text
from liftledger.domain.expression import Comparison as Compared
from liftledger.domain.metric import Kind, Metric
from liftledger.domain.overlap import overlap
from liftledger.domain.value import Benefit, Line

SHOWN_BY: Mapping[Benefit, tuple[Kind, ...]] = {
    "time_to_value": ("time_to", "conversion"),
    "deflection": ("rate", "count", "conversion", "sum"),
    "expansion": ("sum", "conversion", "count", "rate", "time_to"),
    "retention": ("retention", "conversion", "time_to"),
    "acquisition": ("conversion", "time_to"),
    "revenue": ("sum", "conversion", "count", "rate"),
    "intervention": ("retention", "conversion", "time_to"),
    "upgrade": ("time_to", "conversion"),
    "contact": ("rate", "count", "conversion", "sum"),
}
FEWER: tuple[Benefit, ...] = ("deflection", "contact")  # money where there is less of the metric


class Priced(msgspec.Struct, frozen=True):
    """A line beside the definitions that it rests on; a plan's line rests on none."""

    line: Line
    record: Record
    compared: Comparison | None = None


def check_benefit(record: Record, metric: Metric) -> None:
    """Whether an effect on the metric is such a benefit."""
    benefit: Benefit | None = record.get("benefit")
    if benefit is None:
        return
    kinds = SHOWN_BY[benefit]
    if metric.kind not in kinds:
        cure = f"name a metric of kind {listed(kinds, last='or')}"
        record.refuse("metric", f": '{metric.name}' is a {metric.kind}, which does not show '{benefit}'", cure)
    elif benefit in FEWER and metric.better == "higher":
        cure = f"write `better: lower` at metrics.{metric.name}, or name another benefit"
        record.refuse("metric", f": of '{metric.name}' more is better, and '{benefit}' is that there is less", cure)


def check_program(priced: Sequence[Priced], lines: Record | None) -> None:
    """Whole programs are measured by their own holdout, and what runs under one is reconciled to it."""
    programs = [each.line.name for each in priced if each.line.program]
    names = lines.written if lines is not None else []
    for each in priced:
        if each.line.program:
            _check_own_holdout(each)
        under = each.line.under
        if not under:
            continue
        if under not in names:
            cure = instead(under, programs, "the lines of programs are") or "add `program: true` to the program's line"
            each.record.refuse("under", f": there is no line '{under}'", cure)
        elif under in {one.line.name for one in priced} and under not in programs:
            cure = (
                instead(under, programs, "the lines of programs are") or f"add `program: true` to value.lines.{under}"
            )
            each.record.refuse("under", f": line '{under}' is not of a program's holdout", cure)
        elif under in programs:
            _check_other_study(each, next(one for one in priced if one.line.name == under))


def _check_own_holdout(each: Priced) -> None:
    record = each.record
    if record.has("realisation"):
        found = ": the program's own holdout measured what the whole roll-out brings"
        record.refuse("realisation", found, "remove it: there is nothing left to discount")
    if record.has("under"):
        record.refuse("under", ": the line is of a program's own holdout", "keep one of `program` and `under`")
    if each.compared is not None and each.compared.study.kind != "holdout":
        found = f": study '{each.compared.study.name}' is an {each.compared.study.kind}, and no holdout"
        record.refuse("program", found, "name the study that holds units out of the whole program, or remove it")


def _check_other_study(each: Priced, program: Priced) -> None:
    if each.compared is not None and each.line.study == program.line.study:
        found = f": line '{program.line.name}' rests on the same study, '{each.line.study}'"
        each.record.refuse("under", found, "remove it: only other studies run under a program's holdout")


def check_apart(priced: Sequence[Priced]) -> None:
    """No money is in two lines."""
    for earlier, later in combinations(priced, 2):
        if not _check_twice(earlier, later):
            _check_overlap(earlier, later)


def _check_overlap(earlier: Priced, later: Priced) -> None:
    found = overlap(earlier.line, later.line)
    if found is None:
        return
    key = "benefit" if later.record.has("benefit") else "worth"
    one, other = earlier.line, later.line
    if (one.program or other.program) and (one.study, one.arm) != (other.study, other.arm):
        program, study = (earlier, later) if one.program else (later, earlier)
        cure = f"write `under: {program.line.name}`, which reconciles it; or remove one of the two"
        study.record.refuse(key, f": line '{program.line.name}' holds the same money: {found.why}", cure)
        return
    cure = "keep one of the two; money counted twice is no money"
    later.record.refuse(key, f": line '{one.name}' holds the same money: {found.why}", cure)


def _check_twice(earlier: Priced, later: Priced) -> bool:
    """One study's effect in one arm is counted once."""
    one, other = earlier.compared, later.compared
    if one is None or other is None or (one.study.name, one.arm) != (other.study.name, other.arm):
        return False
    found = _shared(earlier.line, one.metric, later.line, other.metric)
    if found is not None:
        cure = "keep one of the two; money counted twice is no money"
        later.record.refuse("metric", f": line '{earlier.line.name}' prices {found}", cure)
    return found is not None


def _shared(earlier: Line, one: Metric, later: Line, other: Metric) -> str | None:
    """What two lines of one study and arm both count."""
    if one.name == other.name:
        return f"'{one.name}' in the same arm of the same study"
    if one.fact != other.fact or _apart(one, other):
        return None
    first, second = set(terms(one.numerator.where)), set(terms(other.numerator.where))
    values = {metric.numerator.value for metric in (one, other) if metric.kind == "sum"}
    if earlier.basis == later.basis == "revenue" and one.kind == other.kind == "sum":
        return f"'{one.name}', a sum over '{one.fact}' too, and both may hold the same revenue"
    if (first <= second or second <= first) and len(values) < 2:
        inner, outer = (other, one) if first <= second else (one, other)
        return f"'{one.name}', and what '{inner.name}' counts is a part of what '{outer.name}' counts"
    if {earlier.benefit, later.benefit} == {"deflection", "contact"} and not _exclusive(first, second):
        return f"'{one.name}' over the same rows of '{one.fact}', and a ticket is a contact"
    return None


def _apart(one: Metric, other: Metric) -> bool:
    """Whether the windows have no time in common."""
    early, late = sorted((one, other), key=lambda metric: metric.delay)
    return early.window is not None and early.delay + early.window <= late.delay


def _exclusive(first: set[Expression], second: set[Expression]) -> bool:
    """Whether no row can pass both: a column is to be one thing there, and another here."""
    one, other = dict(map(_allowed, first)), dict(map(_allowed, second))
    return any(not one[column] & other[column] for column in set(one) & set(other) if column)


def _allowed(term: Expression) -> tuple[str, frozenset[str]]:
    """A column and the texts that a condition lets it be; '' where it is another condition."""
    match term:
        case Compared(operator="=", left=Column(name=name), right=Text(value=value)):
            return name, frozenset({value})
        case Membership(operand=Column(name=name), options=options):
            return name, frozenset(one.value for one in options if isinstance(one, Text))
    return "", frozenset()
