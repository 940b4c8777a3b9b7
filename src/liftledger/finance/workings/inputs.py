"""Inputs of the workings: every number that was declared or measured, with its unit, its range and where it is from."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from liftledger.domain.value import Cost, Given, Line, Value
from liftledger.domain.workings import Input, Source
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.evidence.worth import drawn

NOBODY = "nobody has declared less: the whole measured effect is expected"
COURSE = "one rate for all of the time, such that all of it together is the worth"
PROGRAM = "the estimate is that of the program's own holdout, so nothing is taken off"


def inputs(lines: Sequence[Priced], value: Value, currency: str, confidence: float) -> tuple[Input, ...]:
    """Of the whole case first, then those of each line and of each cost."""
    return (
        *_of_case(lines, value, confidence),
        *(found for one in lines for found in _of_line(one, value, currency)),
        *(found for cost in value.costs for found in _of_cost(cost, currency)),
    )


def spoken(name: str) -> str:
    """'fewer_tickets' as words, to begin a label."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _of_case(lines: Sequence[Priced], value: Value, confidence: float) -> Iterator[Input]:
    yield _input("discount", "Discount rate", "share per year", value.discount, value.given.get("discount"), "finance")
    if value.margin is not None:
        yield _input("margin", "Gross margin", "share", value.margin, value.given.get("margin"), "finance")
    yield Input("confidence", "Confidence of the intervals", "share", confidence, "assumption")
    yield Input("pace", "Gains take so many times as long", "times", 1.0, "assumption")
    yield Input("overrun", "Costs are so many times as high", "times", 1.0, "assumption")
    for study in dict.fromkeys(one.line.study for one in lines if not one.line.assumed):
        label = f"Luck in the effects of {study}"
        yield Input(f"studies.{study}.luck", label, "standard errors", 0.0, "measured", sd=1.0)


def _of_line(one: Priced, value: Value, currency: str) -> Iterator[Input]:
    line, own, words = one.line, f"lines.{one.line.name}", spoken(one.line.name)

    def of(name: str, label: str, unit: str, number: Decimal | int) -> Input:
        return _input(f"{own}.{name}", f"{words}: {label}", unit, number, line.given.get(name))

    yield from _effect(one, own, words)
    yield of("units", *_units(line), line.units)
    yield of("holdout", "share of the units that stays without treatment", "share", line.holdout)
    sort = "fewer" if one.direction < 0 else "more"
    if line.worth is not None:
        read = "" if line.worth_from is None else f": {line.worth_from.value} of {line.worth_from.base}"
        yield drawn(of("worth", f"worth of one {sort}{read}", currency, line.worth), one.worth)
    course = None if one.worth is None else one.worth.course
    if course is not None:
        label = f"{words}: share of the worth that is earned a month after a customer stays"
        yield Input(f"{own}.first", label, "share per month", course.first, "assumption", note=COURSE)
        label = f"{words}: share of that which is left each month"
        yield Input(f"{own}.stays", label, "share per month", course.stays, "assumption", note=COURSE)
    yield _realisation(line, own, words)
    yield of("ramp", "months until the full effect", "months", line.ramp)
    yield of("decay", "share of the effect lost each month", "share per month", line.decay)
    if line.per == "campaign":
        runs = tuple(float(month in line.months) for month in range(value.months + 1))
        label = f"{words}: 1 in the months of the campaign"
        yield Input(f"{own}.campaign", label, "0 or 1", sum(runs), "assumption", series=runs)


def _effect(one: Priced, own: str, words: str) -> Iterator[Input]:
    assumed = one.line.assumed
    if assumed is not None:
        given = one.line.given.get("effect") or Given()
        ends = Given(source=given.source, owner=given.owner, date=given.date)
        given = msgspec.structs.replace(given, low=assumed.low, high=assumed.high)
        yield _input(f"{own}.effect", f"{words}: effect, assumed", one.unit, assumed.effect, given)
        yield _input(f"{own}.effect_low", f"{words}: lowest plausible effect", one.unit, assumed.low, ends)
        yield _input(f"{own}.effect_high", f"{words}: highest plausible effect", one.unit, assumed.high, ends)
        return
    measured = (
        ("effect", "effect as measured", one.effect.value),
        ("se", "standard error of the effect", one.effect.se),
    )
    for name, label, number in measured:
        yield Input(f"{own}.{name}", f"{words}: {label}", one.unit, number, "measured", evidence=one.evidence)
    if one.prior is not None:
        prior, note = one.prior, one.prior.source
        label = f"{words}: effect expected before it was measured"
        yield Input(f"{own}.prior_mean", label, one.unit, prior.mean, "assumption", note=note)
        label = f"{words}: standard deviation of that expectation"
        yield Input(f"{own}.prior_sd", label, one.unit, prior.sd, "assumption", note=note)
    if one.counts_another:
        assert one.counted is not None
        label, found = f"{words}: effect on what is counted", one.counted.value
        yield Input(f"{own}.counted", label, one.counted_unit, found, "measured", evidence=one.counted_evidence)


def _units(line: Line) -> tuple[str, str]:
    match line.per:
        case "new unit":
            return "new units, each month", "units per month"
        case "unit-month":
            return "units, at any time", "units"
        case "campaign":
            return "units, each time", "units"


def _realisation(line: Line, own: str, words: str) -> Input:
    """What is measured on the whole program's holdout is what is realised; else it is for finance to say."""
    name, label = f"{own}.realisation", f"{words}: share of the measured effect that is realised"
    if line.program:
        return Input(name, label, "share", 1.0, "measured", note=PROGRAM)
    if line.realisation is None:
        return Input(name, label, "share", 1.0, "assumption", note=NOBODY)
    return _input(name, label, "share", line.realisation, line.given.get("realisation"))


def _of_cost(cost: Cost, currency: str) -> Iterator[Input]:
    own, words = f"costs.{cost.name}", spoken(cost.name)

    def of(name: str, label: str, unit: str, number: Decimal | int) -> Input:
        return _input(f"{own}.{name}", f"{words}: {label}", unit, number, cost.given.get(name))

    yield of("once", "cost, once", currency, cost.once)
    yield of("monthly", "cost, each month", f"{currency} per month", cost.monthly)
    if cost.per_decision:
        yield of("per_decision", "cost of one decision", currency, cost.per_decision)
        yield of("decisions", "decisions, each month", "decisions per month", cost.decisions)
    if cost.start:
        yield of("start", "month in which it begins", "month", cost.start)
    if cost.end is not None:
        yield of("end", "last month in which it runs", "month", cost.end)


def _input(
    name: str, label: str, unit: str, number: Decimal | int, given: Given | None, source: Source = "assumption"
) -> Input:
    given = given or Given(source=source)
    low, high = (None if end is None else float(end) for end in (given.low, given.high))
    return Input(
        name, label, unit, float(number), given.source, low, high,
        owner=given.owner, date=given.date, note=given.note,
    )  # fmt: skip
