"""The business case: from what was measured and what finance declared to money, or to the reason why there is none."""

from collections.abc import Mapping, Sequence

import msgspec

from liftledger.domain.cash import BenefitLine, CashFlowMonth, CostLine, Money, Summary
from liftledger.domain.checklist import gaps
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.value import Value
from liftledger.finance import remark
from liftledger.finance.benefit import benefit, refused
from liftledger.finance.cash_flow import cash_flow
from liftledger.finance.claims import claims
from liftledger.finance.closed_form import closed_form
from liftledger.finance.cost import cost_line, hidden
from liftledger.finance.evidence.measured import Measured, broken_study
from liftledger.finance.evidence.priced import priced
from liftledger.finance.reconciliation import beside, exclusions, reconciliations, reconciling
from liftledger.finance.summary import nothing, summary
from liftledger.finance.tables.views import views
from liftledger.finance.uncertainty.chance import chance_of
from liftledger.finance.uncertainty.scenarios import scenarios
from liftledger.finance.uncertainty.switches import switches
from liftledger.finance.uncertainty.tornado import tornado
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.workings import workings as workings_of


def money(
    value: Value,
    currency: str,
    confidence: float,
    measured: Sequence[Measured],
    months: Mapping[str, float] | None = None,
    *,
    as_of: str = "",
) -> Money:
    """The whole case, its lines in the order of `measured`. A line that is refused counts as nothing and says so.

    `months`: study -> for how many months it has taken in units, where it did so over time; `as_of`: the report's day.
    """
    found = _reckoned(value, currency, confidence, measured)
    found = msgspec.structs.replace(
        found,
        reasons=(*found.reasons, *remark.of_dates(value, as_of)),
        gaps=gaps(value.costs),
        risks=value.risks,
        reviews=value.reviews,
    )
    workings = found.workings
    if workings is not None:
        found = msgspec.structs.replace(found, extras=tuple(views(value, workings, as_of)))
        chance = chance_of(workings, found.summary, value.decision, months or {}, confidence=confidence)
        if not isinstance(chance, NoEstimate):
            found = msgspec.structs.replace(found, **msgspec.structs.asdict(chance))
    return msgspec.structs.replace(found, claims=claims(found, measured))


def _reckoned(value: Value, currency: str, confidence: float, measured: Sequence[Measured]) -> Money:
    """The cash-flow and what follows from its formulas.

    Where a check failed in any study, there is no money at all: the other lines alone would be another case.
    """
    broken = list(dict.fromkeys(one.line.study for one in measured if one.broken))
    pairs = [] if broken else _priced(measured, value)
    programs = beside(line.line for _, line in pairs)
    counted = [(one, line) for one, line in pairs if line.line.name not in programs]
    whole = workings_of([line for _, line in counted], value, currency, confidence)
    found = Reading(whole)
    costs = tuple(cost_line(cost, value, found) for cost in value.costs)
    if broken:
        why = broken_study(broken)
        lines = tuple(refused(one, currency, (one.broken and one.refusals) or (f"{why}.",)) for one in measured)
        return _without(why, value, currency, lines, tuple(hidden(cost, NoEstimate(why)) for cost in costs))
    left_out = {one.line.name: (*one.against, *one.cautions) for one in measured if one.against}
    read = {one.line.name: benefit(one, line, value, found, confidence) for one, line in counted}
    if programs:  # those that only reconcile have figures of their own, out of a case in which they would count
        apart = Reading(workings_of([line for _, line in pairs], value, currency, confidence))
        for one, line in pairs:
            if line.line.name in programs:
                figures = benefit(one, line, value, apart, confidence)
                read[figures.name] = reconciling(figures, programs[figures.name])
    lines = tuple(read.get(one.line.name) or refused(one, currency, (*one.against, *one.cautions)) for one in measured)
    if not counted:
        return _without(remark.nothing_priced(left_out), value, currency, lines, costs)
    names = [line.line.name for _, line in counted]
    sure = closed_form(found)
    total = summary(found, names, [cost.name for cost in value.costs], sure)
    to_mind = (*remark.of_case(counted, left_out), *remark.of_costs(value.costs, [line for _, line in counted]))
    case = _money(value, to_mind, lines, costs, cash_flow(names, found), total)
    return msgspec.structs.replace(
        case,
        closed_form=sure,
        workings=msgspec.structs.replace(whole, scenarios=scenarios(whole, value.scenarios)),
        tornado=tornado(whole),
        switches=switches(whole),
        exclusions=tuple(exclusions(lines, {one.line.name: one.line for one in measured})),
        reconciliations=reconciliations(lines, currency, confidence),
    )


def _priced(measured: Sequence[Measured], value: Value) -> list[remark.Pair]:
    return [
        (one, priced(one, one.effect, value.priors))
        for one in measured
        if not one.against and isinstance(one.effect, Interval)
    ]


def _without(
    why: str, value: Value, currency: str, lines: tuple[BenefitLine, ...], costs: tuple[CostLine, ...]
) -> Money:
    """A case without cash-flow, and why."""
    return _money(value, (f"{why}.",), lines, costs, (), nothing(currency, NoEstimate(why)))


def _money(
    value: Value,
    reasons: tuple[str, ...],
    lines: tuple[BenefitLine, ...],
    costs: tuple[CostLine, ...],
    flow: tuple[CashFlowMonth, ...],
    total: Summary,
) -> Money:
    margin = None if value.margin is None else float(value.margin)
    return Money(value.months, float(value.discount), margin, reasons, lines, costs, flow, total)
