"""Vanity metrics: they move easily and say little about value, so they are neither a goal nor priced."""

import re
from collections.abc import Iterable

FAMILIES: tuple[tuple[str, str, str], ...] = (
    (
        "clicks",
        r"clicks?|clicked|click_?through|ctr|click_rate",
        "a click says that something was noticed, not that it helped",
    ),
    (
        "page views",
        r"page_?views?|page_?viewed|screen_?views?",
        "a confusing page is viewed more often than a clear one",
    ),
    ("impressions", r"impressions?", "an impression is what was sent, not what it brought"),
    (
        "time spent",
        r"session_(duration|length|time)|time_(on|in)_(site|page|app)|time_spent|dwell_time",
        "who finds the way quickly spends less time",
    ),
    (
        "active users",
        r"dau|wau|mau|dau_mau|(daily|weekly|monthly)_active(_users?)?",
        "being active is not yet getting or paying for value",
    ),
    (
        "opens",
        r"opens|open_rate|((e_?)?mails?|push|message|notification|newsletter)_open(s|ed)?",
        "mail programs open messages that nobody reads",
    ),
    ("likes", r"likes?|liked|followers", "a like costs nothing and earns nothing"),
)


def vanity(names: Iterable[str]) -> tuple[str, str, str] | None:
    """The first vanity among names of metrics, facts, columns and events: (the name, its family, why it is one)."""
    for name in names:
        words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")
        for family, pattern, reason in FAMILIES:
            if re.search(rf"(^|_)({pattern})(_|$)", words):
                return name, family, reason
    return None
