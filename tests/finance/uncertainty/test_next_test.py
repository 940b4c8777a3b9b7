"""The length of the next test: the best of all that may be run."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.information import evpi, evsi
from liftledger.finance.uncertainty.next_test import Evidence, next_test

GOLDEN = Evidence("program", sd=250.0, se=250.0, months=3.0)


def test_a_test_as_long_as_the_last_measures_as_well():
    found = next_test(100, [GOLDEN], 0, 3)
    assert (found.months, found.cost) == (3, 0)
    assert found.evsi == pytest.approx(evsi(100, 250, 250))


def test_the_error_shrinks_with_the_square_root_of_time():
    assert next_test(100, [GOLDEN], 0, 12).evsi == pytest.approx(evsi(100, 250, 125))


def test_shrunk_evidence_is_added_to_by_what_is_measured_and_not_by_what_was_left_of_it():
    # prior sd 3, se 4: after it 2.4; another measurement with 4 leaves 1 / sqrt(1/9 + 2/16)
    found = next_test(1, [Evidence("program", 2.4, 4.0, 6.0)], 0, 6)
    left = 1 / (1 / 9 + 2 / 16)
    assert found.evsi == pytest.approx(evpi(1, math.sqrt(2.4**2 - left)))


def test_studies_are_independent():
    both = [Evidence("one", 30.0, 50.0, 2.0), Evidence("other", 40.0, 40.0, 5.0)]
    moved = [30**2 / math.hypot(30, 50 * math.sqrt(2 / 4)), 40**2 / math.hypot(40, 40 * math.sqrt(5 / 4))]
    assert next_test(-20, both, 0, 4).evsi == pytest.approx(evpi(-20, math.hypot(*moved)))


@given(st.floats(-500, 500), st.floats(1, 500), st.floats(0.5, 24), st.floats(0, 50), st.integers(1, 24))
def test_no_other_length_is_better(mean, sd, months, cost, most):
    evidence = [Evidence("program", sd, sd * 1.5, months)]
    best = next_test(mean, evidence, cost, most)
    every = [evsi(mean, sd, sd * 1.5 * math.sqrt(months / m)) - cost * m for m in range(1, most + 1)]
    assert best.enbs == pytest.approx(max(every), rel=1e-9, abs=1e-9)
    assert 1 <= best.months <= most


def test_of_tests_that_tell_nothing_the_shortest_is_best():
    assert next_test(1e9, [GOLDEN], 0, 12).months == 1


def test_without_a_pace_there_is_no_length():
    found = next_test(1, [GOLDEN, Evidence("campaign", 1.0, 1.0, None)], 0, 12)
    assert found == NoEstimate("how fast evidence comes in campaign is not known: units did not come over time")
    assert isinstance(next_test(1, [Evidence("exact", 0.0, 0.0, 3.0)], 0, 12), NoEstimate)
    assert isinstance(next_test(1, [], 0, 12), NoEstimate)
