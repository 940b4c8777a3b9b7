"""What a refresh would read stands in a table that is understood at a glance."""

from liftledger.domain.due import Due, Outlook
from liftledger.report.due import outlook_table


def shown(*dues: Due, notes: tuple[str, ...] = ()) -> list[str]:
    return outlook_table(Outlook(dues, notes)).splitlines()


def test_each_fact_has_its_line_and_notes_stand_beneath():
    dues = (
        Due("users"),
        Due("orders", "2 of 91 files", ("orders/20.csv: new", "orders/11.csv: changed")),
        Due("visits", "the days that changed"),
    )
    assert shown(*dues, notes=("the report is made again",)) == [
        "fact    to read                why",
        "users   nothing                unchanged",
        "orders  2 of 91 files          orders/20.csv: new",
        "                               orders/11.csv: changed",
        "visits  the days that changed",
        "",
        "the report is made again",
    ]


def test_many_reasons_are_counted_and_none_can_steer_the_terminal():
    lines = shown(Due("orders", "9 of 9 files", (*map(str, range(8)), "\x1b[2J")))
    assert lines[-1].strip() == "and 3 more"
    assert len(lines) == 1 + 6 + 1
    assert "\x1b" not in "".join(shown(Due("orders", "1 of 1 files", ("\x1b[2J",)), notes=("\x1b[2J",)))
