"""What is made of a metric is called after it."""

import pytest

from liftledger.domain.instant import DAY, HOUR
from liftledger.domain.metric import share_by


@pytest.mark.parametrize(
    ("mark", "name"),
    [(30 * DAY, "ttv_by_30d"), (24 * HOUR, "ttv_by_1d"), (36 * HOUR, "ttv_by_36h"), (HOUR * 3 // 2, "ttv_by_90m")],
)
def test_a_share_by_a_mark_is_called_after_both(mark, name):
    assert share_by("ttv", mark) == name
