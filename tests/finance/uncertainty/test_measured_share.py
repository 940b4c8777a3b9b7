"""The measured share against variances that can be written down."""

import numpy as np
import pytest

from liftledger.domain.workings import Input, Of, Row, Workings
from liftledger.finance.uncertainty.draws import draw
from liftledger.finance.uncertainty.measured_share import measured_share
from tests.finance.cases import with_inputs
from tests.finance.test_golden import golden


def workings(formula, **inputs):
    found = tuple(Input(name, name, "", **values) for name, values in inputs.items())
    return Workings(1, "USD", found, (Row("summary.npv", "", "", "", formula, monthly=False),))


def share(of, draws=40_000):
    return measured_share(of, draw(of, draws, seed=20_260_101))


MEASURED = {"value": 3.0, "source": "measured", "sd": 1.0}
ASSUMED = {"value": 2.0, "source": "assumption", "sd": 2.0}
NEAR = 4 / np.sqrt(20_000)  # a correlation of n pairs is known to 1 / sqrt(n) at worst


def test_of_a_sum_it_is_the_share_of_the_variances():
    assert share(workings(Of("x") + Of("y"), x=MEASURED, y=ASSUMED)) == pytest.approx(1 / 5, abs=NEAR)
    assert share(workings(Of("x") - 12 * Of("y"), x=MEASURED, y=ASSUMED)) == pytest.approx(1 / 577, abs=NEAR)


def test_of_a_product_what_both_do_together_is_not_measured():
    # Var(XY) = 1 x 4 + 9 x 4 + 4 x 1 = 44, of which E[Y]^2 Var(X) = 4 is X's own, E[X]^2 Var(Y) = 36 is Y's own
    assert share(workings(Of("x") * Of("y"), x=MEASURED, y=ASSUMED)) == pytest.approx(4 / 44, abs=NEAR)
    swapped = {"x": MEASURED | {"source": "assumption"}, "y": ASSUMED | {"source": "measured"}}
    assert share(workings(Of("x") * Of("y"), **swapped)) == pytest.approx(36 / 44, abs=NEAR)


def test_a_range_of_the_units_against_luck():
    # NPV = k U (L + s Z) - costs, L / s = 2.5, U triangular from 50,000 over 95,000 to 120,000: E[U] = 265,000 / 3
    found = with_inputs(golden().workings, lines__sales__units={"low": 50_000.0, "high": 120_000.0})
    low, mode, high = 50.0, 95.0, 120.0
    mean = (low + mode + high) / 3
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    luck = mean**2
    together = (variance + mean**2) * (2.5**2 + 1) - mean**2 * 2.5**2
    assert share(found) == pytest.approx(luck / together, abs=NEAR)


def test_all_or_nothing():
    assert share(workings(Of("x") + 1, x=MEASURED)) == 1
    assert share(workings(Of("x") + 1, x=ASSUMED)) == 0
    assert share(workings(Of("x") + 1, x=MEASURED | {"sd": None})) is None
