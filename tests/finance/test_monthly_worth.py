"""What a unit of effect is worth a month: by hand, and as the workings of the case have it."""

from decimal import Decimal

import pytest

from liftledger.finance.monthly_worth import monthly_worth
from tests.finance.lines import case, line, measured, worked

LINES = {
    "money of its own": {},
    "priced": {"worth": Decimal("2.5"), "units": Decimal(4000)},
    "held out in part": {"holdout": Decimal("0.05"), "worth": Decimal(120)},
    "realised in part": {"realisation": Decimal("0.8")},
    "on revenue": {"basis": "revenue"},
    "of the program": {"program": True, "realisation": Decimal("0.8")},
}


def test_by_hand():
    declared = line(units=Decimal(4000), worth=Decimal(120), holdout=Decimal("0.05"), realisation=Decimal("0.8"),
                    basis="revenue")  # fmt: skip
    value = case([declared], margin=Decimal("0.75"))
    assert monthly_worth(declared, value, -1) == pytest.approx(-4000 * 0.95 * 120 * 0.8 * 0.75)


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("direction", [1, -1])
def test_as_the_workings_have_it(name, direction):
    declared = line("sales", **LINES[name])
    found = worked(measured(declared, direction=direction), margin=Decimal("0.75"))
    value = case([declared], margin=Decimal("0.75"))
    assert monthly_worth(declared, value, direction) == pytest.approx(found.known("lines.sales.per_effect"))
