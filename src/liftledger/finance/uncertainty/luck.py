"""Luck: what of the NPV each study's chance moves, read off the workings."""

from collections.abc import Iterator, Mapping

from liftledger.domain.workings import Apply, Formula, Of, Workings, is_luck
from liftledger.finance.uncertainty.next_test import Evidence
from liftledger.finance.uncertainty.uncertain import mean, uncertain
from liftledger.finance.workings.evaluation import Evaluation


def evidence(workings: Workings, months: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Of each study that is priced; `months` by study says for how long it took in units.

    Lines of one study err together: their standard errors are added. Ranges are taken at their means, so that what luck
    moves is the part of the NPV's variance that it moves alone.
    """
    expected = {one.name: mean(one) for one in uncertain(workings.inputs)}
    found = Evaluation(workings.months, workings.inputs, workings.rows, expected)
    rows = {row.name: row for row in workings.rows}
    studies: dict[str, tuple[float, float]] = {}
    for name in (name for name in rows if name.startswith("lines.") and name.endswith(".expected")):
        own = name.removesuffix(".expected")
        for study in _studies(rows[name].formula):
            sd, se = studies.get(study, (0.0, 0.0))
            worth = abs(found.number(f"{own}.present_of_one") or 0.0)
            sd += worth * (found.number(f"{own}.expected_se") or 0.0)
            se += worth * (found.number(f"{own}.se") or 0.0)
            studies[study] = sd, se
    return tuple(Evidence(study, sd, se, months.get(study)) for study, (sd, se) in studies.items())


def _studies(formula: Formula) -> Iterator[str]:
    match formula:
        case Of(name) if is_luck(name):
            yield name.removeprefix("studies.").removesuffix(".luck")
        case Apply(_, to):
            for term in to:
                yield from _studies(term)
