"""Printed examples of Excel's function reference and of numpy-financial's documentation, all of them.

They are in `vectors/finance.json`: Microsoft's pages of NPV, IRR, XNPV, XIRR and MIRR, where `expected` is as printed
there and `exact` the same with all digits; and the docstrings of numpy-financial's irr and npv.
"""

import json
from datetime import date

import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.excel import mirr, npv_excel, xirr, xnpv
from liftledger.finance.formulas.irr import irr, sign_changes
from liftledger.finance.formulas.npv import npv
from tests.data import data


def dated(vector):
    return [(date.fromisoformat(day), flow) for day, flow in zip(vector["dates"], vector["values"], strict=True)]


FUNCTIONS = {
    "NPV": lambda v: npv_excel(v["rate"], v["values"]),
    "NPV+v0": lambda v: npv_excel(v["rate"], v["values"]) + v["v0"],
    "IRR": lambda v: irr(v["values"]).value,
    "XNPV": lambda v: xnpv(v["rate"], dated(v)),
    "XIRR": lambda v: xirr(dated(v)).value,
    "MIRR": lambda v: mirr(v["values"], finance=v["finance"], reinvest=v["reinvest"]).value,
    "npv(t0 undiscounted)": lambda v: npv(v["rate"], v["values"]),
}


def printed_half(number):
    """Half of the last printed digit."""
    return 0.5 * 10.0 ** -len(str(number).partition(".")[2])


def vectors():
    return json.loads(data("vectors/finance.json").read_text())


def test_excel():
    found = vectors()["excel"]
    assert len(found) == 11
    for vector in found:
        value = FUNCTIONS[vector["fn"]](vector)
        # Excel's XIRR stops within 0.000001 percent, so its last printed digit is off
        precision = 1e-8 if vector["fn"] == "XIRR" else printed_half(vector["expected"])
        assert value == pytest.approx(vector["expected"], abs=precision), vector
        assert value == pytest.approx(vector.get("exact", value), rel=1e-9), vector


def test_numpy_financial():
    found = vectors()["numpy_financial"]
    assert len(found) == 6
    for vector in found:
        expected = vector["expected"]
        half = printed_half(expected)
        if vector["fn"] == "irr" and sign_changes(vector["values"]) > 1:
            # numpy-financial picks one of several rates: it is one, but nothing says that it is the one
            assert isinstance(irr(vector["values"]), NoEstimate)
            around = [npv(expected + side * half, vector["values"]) for side in (-1, 1)]
            assert around[0] * around[1] < 0
        elif vector["fn"] == "irr":
            assert irr(vector["values"]).value == pytest.approx(expected, abs=half)
        else:
            assert FUNCTIONS[vector["fn"]](vector) == pytest.approx(expected, abs=half)
