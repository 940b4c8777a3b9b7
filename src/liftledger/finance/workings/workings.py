"""Workings of a case: its declared and measured numbers as inputs, and every formula from them to the summary."""

from collections.abc import Sequence

import msgspec

from liftledger.domain.value import Value
from liftledger.domain.workings import Workings
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.workings.benefit_rows import benefit_rows, turning_rows
from liftledger.finance.workings.closed_form_rows import closed_form_rows
from liftledger.finance.workings.cost_rows import cost_rows
from liftledger.finance.workings.evaluation import Evaluation
from liftledger.finance.workings.inputs import inputs
from liftledger.finance.workings.summary_rows import cash_flow_rows, summary_rows, time_rows


def workings(lines: Sequence[Priced], value: Value, currency: str, confidence: float) -> Workings:
    """Of the lines that are priced, evaluated; without scenarios."""
    found = formulas(lines, value, currency, confidence)
    values = Evaluation(found.months, found.inputs, found.rows)
    rows = tuple(msgspec.structs.replace(row, values=values.numbers(row.name)) for row in found.rows)
    return msgspec.structs.replace(found, rows=rows)


def formulas(lines: Sequence[Priced], value: Value, currency: str, confidence: float) -> Workings:
    """The same without values."""
    rows = (
        *time_rows(),
        *(row for one in lines for row in benefit_rows(one, currency)),
        *(row for cost in value.costs for row in cost_rows(cost, currency)),
        *cash_flow_rows(lines, value.costs, currency),
        *summary_rows(lines, value.costs, currency),
        *closed_form_rows(lines, currency),
        *(row for one in lines for row in turning_rows(one, currency)),
    )
    return Workings(value.months, currency, inputs(lines, value, currency, confidence), rows)
