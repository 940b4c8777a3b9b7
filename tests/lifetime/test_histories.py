"""Columns of histories, and parts of them."""

import numpy as np

from liftledger.lifetime.histories import PART, Histories, Spending, growing, pairs
from tests.lifetime.customers import rows


def test_pairs_are_the_distinct_ones_in_order_and_each_rows_place_among_them():
    first, second = np.array([2.0, 0.0, 2.0, 0.5, 0.0]), np.array([1.0, 3.5, 1.0, 9.0, 0.0])
    firsts, seconds, places = pairs(first, second)
    assert list(zip(firsts, seconds, strict=True)) == [(0.0, 0.0), (0.0, 3.5), (0.5, 9.0), (2.0, 1.0)]
    assert (firsts[places] == first).all() and (seconds[places] == second).all()


def test_nobody_has_no_pairs():
    assert [len(column) for column in pairs(np.array([]), np.array([]))] == [0, 0, 0]


def test_a_part_of_many_rows_is_from_all_over_them_and_comes_before_all():
    count = np.arange(5.0 * PART)
    part, whole = growing(Spending(count, count + 1, count + 2))
    assert whole.repeats is count
    assert (part.repeats == 5 * np.arange(PART)).all()
    assert (part.total == part.repeats + 1).all() and (part.customers == part.repeats + 2).all()


def test_few_rows_have_no_part():
    found: Histories = rows((0, 0, 10), (1, 5, 10))
    assert growing(found) == (found,)
