"""The decision in sentences."""

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.grouping import grouped
from liftledger.domain.value import Thresholds
from liftledger.domain.workings import Workings
from liftledger.finance.uncertainty.next_test import NextTest
from liftledger.finance.uncertainty.outlook import Outlook
from liftledger.finance.workings.evaluation import Evaluation

MINUS = "\u2212"  # as the page writes numbers
LEAST = 0.001  # as there: the finest probability that is written


class Remarks(msgspec.Struct, frozen=True):
    """What else is to be said of the case."""

    break_even: str  # 'break-even needs ...'
    unshrunk: tuple[str, ...] = ()  # lines whose effect was measured and is not shrunk
    assumed: tuple[str, ...] = ()  # lines whose effect nobody has measured


class Testing(msgspec.Struct, frozen=True):
    """What more evidence would be worth."""

    test: NextTest | NoEstimate
    worth: float | NoEstimate  # of that test, or of one as large as the last
    pays: bool
    open: bool  # whether anything that may be learned can change the choice


def remarks(workings: Workings) -> Remarks:
    """Read off the workings."""
    found = Evaluation(workings.months, workings.inputs, workings.rows)
    inputs = [one.name for one in workings.inputs]
    measured = [name.removesuffix(".se") for name in inputs if name.startswith("lines.") and name.endswith(".se")]
    unshrunk = [own.removeprefix("lines.") for own in measured if f"{own}.prior_sd" not in inputs]
    units = {row.name.removesuffix(".expected"): row.unit for row in workings.rows if row.name.endswith(".expected")}
    assumed = [own.removeprefix("lines.") for own in units if own not in measured]
    return Remarks(_break_even(found, units), tuple(unshrunk), tuple(assumed))


def text(
    verdict: str,
    outlook: Outlook,
    testing: Testing,
    thresholds: Thresholds,
    currency: str,
    remarks: Remarks,
) -> str:
    """The verdict with its reason, what a test is worth, and what it would take where money is lost."""
    chance, scale, stop = shares(outlook.p_positive, float(thresholds.scale), float(thresholds.stop))
    likely = f"the NPV is above 0 with a probability of {chance}"
    sentences: list[str] = []
    match verdict:
        case "scale":
            sentences += [f"Scale: {likely}, and {scale} is asked for."]
            sentences += _unshrunk(remarks.unshrunk, 1 - float(thresholds.scale))
        case "stop":
            sentences += [f"Stop: {likely}, {stop} or less means stop, and no further test pays."]
        case _:
            begin = _assumed(remarks.assumed) if remarks.assumed else f"Continue the test{_length(testing)}:"
            sentences += [f"{begin} {likely}, and {scale} is asked for."]
    if not testing.open:
        sentences += _settled(verdict, remarks)
    elif remarks.assumed:
        most = money(outlook.perfect, currency)
        sentences += [f"No test is worth more than {most}: to know the NPV for certain is worth that."]
    elif verdict != "scale":
        sentences += _worth(testing, outlook.perfect, float(thresholds.test_monthly), currency)
    if verdict == "continue" and isinstance(testing.test, NextTest) and not testing.pays:
        sentences += [f"Whoever must choose now goes by the expected NPV, {money(outlook.mean, currency)}."]
    if outlook.mean < 0:
        ground = "As assumed" if remarks.assumed else "On current evidence"
        sentences += [f"{ground} this loses money; {remarks.break_even}."]
    return " ".join(sentences)


def _assumed(lines: Sequence[str]) -> str:
    return f"Test first: nobody has measured {_named(lines)}. If what is assumed holds,"


def _length(testing: Testing) -> str:
    if isinstance(testing.test, NoEstimate):
        return ", for how long cannot be said"
    return f" for {_months(testing.test.months)}" if testing.pays else ", though none pays"


def _settled(verdict: str, remarks: Remarks) -> Iterator[str]:
    """Where nothing that is likely enough to be known changes the choice."""
    if verdict == "continue" and remarks.assumed:
        yield "Within the declared ranges nothing that a test may find changes the choice: what it tests is the ranges."
    elif verdict != "scale":
        yield "Nothing that a test may find changes the choice."


def _worth(testing: Testing, perfect: float, monthly: float, currency: str) -> Iterator[str]:
    """What a test is worth, beside what it costs."""
    test, repeated = testing.test, testing.worth
    if isinstance(test, NoEstimate):
        yield f"{test.reason[:1].upper()}{test.reason[1:]}."
        certain = f"o know the NPV for certain is worth {money(perfect, currency)}."
        if isinstance(repeated, NoEstimate):
            yield f"T{certain}"
        else:
            yield f"A test as large as the last is worth {money(repeated, currency)}; t{certain}"
        return
    worth = f"What {_months(test.months)} of testing would tell is worth {money(test.evsi, currency)}"
    if monthly:
        yield f"{worth} and costs {money(test.cost, currency)}."
        return
    most = money(test.evsi / test.months, currency)
    yield f"{worth}; what a month costs is not declared, and so long a test does not pay if it costs more than {most}."


def _unshrunk(lines: Sequence[str], luck: float) -> Iterator[str]:
    if lines:
        yield (
            f"Unshrunk: no prior is declared for {_named(lines)}. What is priced because it looked good is too good "
            f"on average, and {shares(luck)[0]} of programs that do nothing and cost nothing get this far by luck."
        )


def _named(lines: Sequence[str]) -> str:
    """As they are called elsewhere: 'faster start, fewer tickets'."""
    return ", ".join(line.replace("_", " ") for line in lines)


def _break_even(found: Evaluation, units: Mapping[str, str]) -> str:
    costs, benefits = found.number("summary.costs"), found.number("summary.benefits")
    if costs is None or benefits is None:
        return "break-even is out of reach"
    if len(units) == 1:
        ((own, unit),) = units.items()
        worth, expected = found.number(f"{own}.present_of_one"), found.number(f"{own}.expected")
        if worth and expected is not None:
            return f"break-even needs {effect(costs / worth, unit)}, and {effect(expected, unit)} is expected"
    if benefits <= 0:
        return "no share of the expected effects pays the costs"
    return f"break-even needs {_digits(costs / benefits, 3)} times the expected effects"


def effect(value: float, unit: str) -> str:
    """'1.6%', '−0.052 tickets per month': two significant digits."""
    return f"{_digits(value * 100, 2)}%" if unit == "share" else f"{_digits(value, 2)} {unit}"


def money(value: float, currency: str) -> str:
    """'28 000 USD': three significant digits, and no cents."""
    return f"{_digits(value, 3, least=0)} {currency}"


def shares(probability: float, *thresholds: float) -> tuple[str, ...]:
    """As percent, with as many decimals as it takes to tell them apart; a probability is no finer than a thousandth."""
    if probability < LEAST:
        return (f"below {LEAST:.1%}", *_apart(thresholds))
    if probability > 1 - LEAST:
        return (f"above {1 - LEAST:.1%}", *_apart(thresholds))
    return _apart((probability, *thresholds))


def _apart(values: tuple[float, ...]) -> tuple[str, ...]:
    """From each other, and from 0 and 1."""
    ends = (*values, 0.0, 1.0)
    for places in range(6):
        found = [f"{value * 100:.{places}f}%" for value in ends]
        if len(set(found)) == len(set(ends)):
            break
    return tuple(found[: len(values)])


def _months(number: int) -> str:
    return f"{number} month" if number == 1 else f"{number} months"


def _digits(value: float, digits: int, least: int = 9) -> str:
    """With so many significant digits and at most `least` decimals."""
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    rounded = round(value, min(places, least))
    shown = grouped(abs(rounded), max(0, min(places, least)))
    return (MINUS if rounded < 0 else "") + shown
