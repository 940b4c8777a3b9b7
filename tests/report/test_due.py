"""What a refresh would read stands in a table that is understood at a glance."""

from liftledger.domain.due import Due
from liftledger.report.due import due_table


def test_each_fact_has_its_line_and_what_is_not_seen_stands_beneath():
    shown = due_table(
        [
            Due("users"),
            Due("orders", "2 of 91 files", ("orders/20.csv: new", "orders/11.csv: changed")),
            Due("visits", "all of sales.visits", (), "a row corrected in place; --full reads it"),
        ]
    )
    assert shown.splitlines() == [
        "fact    to read              why",
        "users   nothing              unchanged",
        "orders  2 of 91 files        orders/20.csv: new",
        "                             orders/11.csv: changed",
        "visits  all of sales.visits",
        "",
        "not seen",
        "  visits: a row corrected in place; --full reads it",
    ]


def test_many_reasons_are_counted_and_none_can_steer_the_terminal():
    shown = due_table([Due("orders", "9 of 9 files", (*map(str, range(8)), "\x1b[2J"))])
    assert shown.splitlines()[-1].strip() == "and 3 more"
    assert len(shown.splitlines()) == 1 + 6 + 1
    assert "\x1b" not in due_table([Due("orders", "1 of 1 files", ("\x1b[2J",))])
