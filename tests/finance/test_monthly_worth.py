"""What a unit of effect is worth a month, by hand: units that are treated x worth x margin x realisation."""

from decimal import Decimal

import pytest

from liftledger.finance.monthly_worth import monthly_worth
from tests.finance.lines import case, line

LINES = {  # of 100 units, where they are not said
    "money of its own": ({}, 100.0),
    "priced": ({"worth": Decimal("2.5"), "units": Decimal(4000)}, 4000 * 2.5),
    "held out in part": ({"holdout": Decimal("0.05"), "worth": Decimal(120)}, 95 * 120.0),
    "realised in part": ({"realisation": Decimal("0.8")}, 80.0),
    "on revenue": ({"basis": "revenue"}, 75.0),
    "of the program": ({"program": True, "realisation": Decimal("0.8")}, 100.0),  # the program's own effect is realised
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("direction", [1, -1])
def test_by_hand(name, direction):
    said, worth = LINES[name]
    declared = line("sales", **said)
    assert monthly_worth(declared, case([declared], margin=Decimal("0.75")), direction) == direction * worth


def test_all_of_it_together():
    declared = line(units=Decimal(4000), worth=Decimal(120), holdout=Decimal("0.05"), realisation=Decimal("0.8"),
                    basis="revenue")  # fmt: skip
    assert monthly_worth(declared, case([declared], margin=Decimal("0.75")), -1) == -4000 * 0.95 * 120 * 0.8 * 0.75
