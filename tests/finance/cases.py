"""Workings with much that is uncertain, made by hand."""

from decimal import Decimal

import msgspec

from liftledger.domain.value import Cost, Given
from liftledger.finance.case import money
from tests.finance.lines import case, interval, line, measured, metric


def between(low, high):
    return Given(low=Decimal(str(low)), high=Decimal(str(high)))


def large(lines=20, costs=5, *, studies=5, effect=(0.02, 0.008)):
    """36 months; of each line units, ramp, decay and realisation are drawn, of each cost both amounts."""
    ranges = {
        "units": between(4_000, 6_500),
        "ramp": between(1, 6),
        "decay": between(0.01, 0.05),
        "realisation": between(0.6, 1),
    }
    declared = [
        line(
            name=f"line{n}",
            study=f"study{n % studies}",
            metric="lift",
            per="unit-month",
            units=Decimal(5_000),
            worth=Decimal(20),
            basis="revenue",
            ramp=3,
            decay=Decimal("0.03"),
            realisation=Decimal("0.8"),
            given=ranges,
        )
        for n in range(lines)
    ]
    amounts = {"once": between(6_000, 12_000), "monthly": between(400, 700)}
    spent = [
        Cost(f"cost{n}", "engineering", once=Decimal(8_000), monthly=Decimal(500), given=amounts) for n in range(costs)
    ]
    rates = {"margin": between(0.7, 0.85), "discount": between(0.08, 0.12)}
    value = case(declared, costs=spent, margin=Decimal("0.8"), months=36, given=rates)
    found = [measured(one, interval(*effect), described=metric("lift", "share")) for one in declared]
    return money(value, "USD", 0.9, found).workings


def with_inputs(workings, **fields):
    """The same workings, where an input given as `name=Input fields` is replaced; dots of names are written `__`."""
    changed = {name.replace("__", "."): values for name, values in fields.items()}
    inputs = tuple(msgspec.structs.replace(one, **changed.get(one.name, {})) for one in workings.inputs)
    return msgspec.structs.replace(workings, inputs=inputs)
