"""Every method that can be reported is explained, with its source."""

import re

from liftledger.stats.formula import FORMULAS
from tests.stats.records import found, sums

SKEWED = {"y": [0] * 30 + [1, 90], "x": [0] * 29 + [2, 80, 1], "d": [1, 2] * 16, "e": [3, 1, 1, 2] * 8}
FEW = {"y": [0, 0, 50], "x": [1, 2, 30], "d": [1, 1, 2], "e": [1, 3, 1]}


def test_every_method_that_can_be_found_is_explained_and_no_other():
    answers = {
        answer.method
        for kind in ("sum", "ratio")
        for answer in found(kind, sums(**FEW), sums(**SKEWED), before=True, confidence=0.8)
    }
    assert answers == set(FORMULAS)


def test_every_explanation_names_a_source_with_its_year():
    for sentence in FORMULAS.values():
        assert re.search(r"\((?:[^()]*\d{4}|NIST)[^()]*\)", sentence)
