"""Every method that can be reported is explained, with its source."""

import re

from liftledger.domain.instant import DAY
from liftledger.stats.formula import FORMULAS
from liftledger.stats.time_findings import share_findings, time_findings
from tests.stats.records import found, sums
from tests.stats.steps import durations, time_to

SKEWED = {"y": [0] * 30 + [1, 90], "x": [0] * 29 + [2, 80, 1], "d": [1, 2] * 16, "e": [3, 1, 1, 2] * 8}
FEW = {"y": [0, 0, 50], "x": [1, 2, 30], "d": [1, 1, 2], "e": [1, 3, 1]}


def test_every_method_that_can_be_found_is_explained_and_no_other():
    answers = {
        answer.method
        for kind in ("sum", "ratio")
        for answer in found(kind, sums(**FEW), sums(**SKEWED), before=True, confidence=0.8)
    }
    few, many = durations([3], [30] * 40), durations(range(2, 29), [30] * 500)
    metric = time_to(30, textbook=True)
    timed = time_findings(metric, few, many) + share_findings(metric, 30 * DAY, few, many)
    assert answers | {answer.method for answer in timed} == set(FORMULAS)


def test_every_explanation_names_a_source_with_its_year():
    for sentence in FORMULAS.values():
        assert re.search(r"\((?:[^()]*\d{4}|NIST)[^()]*\)", sentence)
