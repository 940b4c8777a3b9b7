"""Remarks: what the reader of a case must mind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from liftledger.domain.checklist import DISCOUNTS, covered, unanswered
from liftledger.domain.overlap import of_one_treatment
from liftledger.domain.value import Cost, Line, Value
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.figure import text

Why = tuple[str, ...]  # sentences
Pair = tuple[Measured, Priced]

PROGRAM = "nothing is taken off for the roll-out: the estimate is that of the program's own holdout."
ASSUMED = "nothing is measured yet: the effect is assumed."
WHOLE = "the whole measured effect is expected to hold in the roll-out (realisation 100%): nobody has declared less."
THIRTY_DAYS = "a month of the cash-flow counts as 30 days."
SKEWED = "the effect's own interval is corrected for skew, and the net present value's is normal."
WIDE, NARROW = 100, 1 / 1000  # sd of a prior over the estimate's standard error, beyond which it looks mistaken


def of_line(measured: Measured, line: Priced) -> Why:
    """What to mind of a line that is priced."""
    return (*_unshrunk([(measured, line)]), *_of_pricing(measured, line))


def of_case(lines: Sequence[Pair], left_out: Mapping[str, Why]) -> Why:
    """What is left out, by line with its reasons; what is unshrunk; what is to mind, once with the lines it is of."""
    found: dict[str, list[str]] = {}
    for measured, one in lines:
        for remark in _of_pricing(measured, one):
            found.setdefault(remark, []).append(one.line.name)
    return (
        *(f"line {name} is not priced and counts as nothing: {joined(why)}." for name, why in left_out.items()),
        *_unshrunk(lines),
        *(f"in {', '.join(names)}: {remark}" for remark, names in found.items()),
        *_arms([one.line for _, one in lines]),
        *_studies([one.line for _, one in lines]),
    )


def of_costs(costs: Sequence[Cost], lines: Sequence[Priced]) -> Why:
    """Costs for which nobody answers, and those that the money of a line may hold already."""
    names = unanswered(costs)
    nobody = f"nobody answers for what is declared of {', '.join(names)}: an owner or a date is missing."
    return (*((nobody,) if names else ()), *_discounts(costs, lines))


def of_dates(value: Value, as_of: str) -> Why:
    """Numbers that are dated after the report: nobody can have known them; '' where its day is not known."""
    dated = {
        "rates": value.given,
        **{f"line {line.name}": line.given for line in value.lines},
        **{f"cost {cost.name}": cost.given for cost in value.costs},
        **{f"option {option.name}": option.given for option in value.options},
        **({} if value.acquisition is None else {"acquisition": value.acquisition.given}),
    }
    late = [
        f"{whose} ({max(one.date for one in given.values())})"
        for whose, given in dated.items()
        if as_of and any(one.date > as_of for one in given.values())
    ]
    if not late:
        return ()
    return (
        f"dated after the report, {as_of}: {', '.join(late)}. A date says as of when a number is known; when a cost is "
        "paid is its `start`.",
    )


def nothing_priced(left_out: Mapping[str, Why]) -> str:
    """Why there is no cash-flow at all."""
    if not left_out:
        return "no benefit line is declared"
    return f"no line is priced: {'; '.join(f'{name}: {joined(why)}' for name, why in left_out.items())}"


def joined(why: Why) -> str:
    """Several sentences as one, without its end."""
    return "; ".join(reason.removesuffix(".") for reason in why)


def _discounts(costs: Sequence[Cost], lines: Sequence[Priced]) -> Iterator[str]:
    """Whether money is net of them is not to be seen in definitions, unless its metric subtracts them."""
    given = [cost.name for cost in costs if cost.paid and DISCOUNTS in covered(cost)]
    money = [one.line.name for one in lines if one.line.worth is None and not one.line.worth_by]
    if given and money:
        yield f"where the money of {', '.join(money)} is net of discounts, {', '.join(given)} takes them off twice."


def _unshrunk(lines: Iterable[Pair]) -> Iterator[str]:
    bare = dict.fromkeys(each.metric.metric for each, one in lines if one.prior is None and not one.line.assumed)
    if bare:
        yield f"unshrunk: no prior is declared for {', '.join(bare)}."


def _of_pricing(measured: Measured, one: Priced) -> Iterator[str]:
    line = one.line
    yield from _prior_off_scale(measured, one)
    if line.assumed:
        yield ASSUMED
    elif line.program:
        yield PROGRAM
    elif line.realisation is None:
        yield WHOLE
    if one.prior is None and measured.priced.method.endswith("-skew"):
        yield SKEWED
    if line.per == "unit-month":
        yield THIRTY_DAYS
    yield from measured.cautions


def _arms(lines: Sequence[Line]) -> Iterator[str]:
    """Arms of one study are alternatives: whether their units are different ones, only the roll-out can tell."""
    for study in dict.fromkeys(line.study for line in lines if not line.assumed):
        of_study = [line for line in lines if line.study == study]
        if len({line.arm for line in of_study}) > 1:
            names = ", ".join(line.name for line in of_study)
            yield f"{names} are of different arms of {study}: no unit gets both, so each must have units of its own."


def _studies(lines: Sequence[Line]) -> Iterator[str]:
    """Lines that are two only if their studies tried two treatments."""
    for earlier, later in combinations(lines, 2):
        if of_one_treatment(earlier, later):
            yield (
                f"{earlier.name} and {later.name} add up because {earlier.study} and {later.study} tried different "
                "treatments; of one that was tried twice, keep one line."
            )


def _prior_off_scale(measured: Measured, one: Priced) -> Iterator[str]:
    """A prior so wide that it changes nothing, or so narrow that the measurement does: mostly a slip of units."""
    prior, se, metric = one.prior, one.effect.se, measured.metric
    if prior is None or se == 0:
        return
    if prior.sd > WIDE * se:
        compared, effect = "more than 100 times", "it shrinks nothing"
    elif prior.sd < NARROW * se:
        compared, effect = "less than a thousandth of", "the measurement counts as nothing"
    else:
        return
    yield (
        f"the sd of the prior of {metric.metric}, {text(prior.sd)}, is {compared} the estimate's standard error, "
        f"{se:.3g}: {effect}. Is it in the metric's unit, {metric.unit}?"
    )
