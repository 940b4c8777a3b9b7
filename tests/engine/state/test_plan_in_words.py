"""How much a refresh reads of a fact is said before a row is read, and exactly once its changed days are known."""

from pathlib import Path

from liftledger.domain.due import Due
from liftledger.engine.state.look import FileState, Look, Mark, Seen
from liftledger.engine.state.plan import Plan

MARK = Mark(1, 1, 1, 1)
NEW = ("o/new.csv: new",)


def state(place: str, *days: int) -> FileState:
    return FileState(place, MARK, 0, place, None, {}, dict.fromkeys(days, 1))


def seen(place: str, *days: int, sha256: str | None = None) -> Seen:
    """A file that held rows of these days; with no days, one that is new."""
    return Seen(Path(place), place, MARK, 0, sha256 or place, state(place, *days) if days else None)


def planned(look: Look, *why: str, whole: bool = False) -> Plan:
    return Plan("orders", why, whole, look)


def test_nothing_is_read_where_nothing_changed():
    unchanged = planned(Look((seen("a", 1),)))
    assert unchanged.due() == unchanged.due(days=()) == Due("orders")


def test_of_files_are_read_those_that_are_new_and_once_their_days_are_known_those_that_hold_the_same_days():
    plan = planned(Look((seen("a", 1), seen("b", 2), seen("new.csv"))), *NEW)
    assert plan.due() == Due("orders", "at least 1 of 3 files", NEW)
    assert plan.due(days={2, 3}).read == "2 days in 2 of 3 files"


def test_of_a_changed_file_and_of_one_that_is_gone_the_days_are_known_before():
    look = Look((seen("a", 1), seen("b", 1, 2, sha256="other"), seen("c", 3)), (state("d", 3),))
    assert planned(look, "b: changed", "d: gone").due().read == "all 3 files"
    assert planned(Look((seen("a", 1), seen("b", 2)), (state("d", 2),)), "d: gone").due().read == "1 of 2 files"


def test_a_fact_that_is_read_whole_is_read_from_all_its_files():
    assert planned(Look((seen("a", 1), seen("b"))), "b: new", whole=True).due().read == "all 2 files"
    first = planned(Look((seen("a"),)), "orders: read for the first time", whole=True)
    assert first.due() == first.due(days={1, 2}) == Due("orders", "its file", ("read for the first time",))


def test_what_rests_on_all_rows_has_them_read_and_is_a_reason_only_where_they_are_not_read_anyway():
    some, every = (Look((seen("a", 1), seen("b"))), Look((seen("a"), seen("b"))))
    assert planned(some, "b: new").due(resting=["trial: again"]) == Due(
        "orders", "all 2 files", ("b: new", "trial: again")
    )
    assert planned(every, *NEW).due(resting=["trial: again"], perhaps=["all rows"]) == Due("orders", "all 2 files", NEW)


def test_what_may_have_rows_read_is_told_beside_what_will():
    assert planned(Look((seen("a", 1),))).due(perhaps=["all rows"]) == Due("orders", "", ("all rows",))
    assert planned(Look((seen("a", 1), seen("b"))), *NEW).due(perhaps=["all rows"]).why == (*NEW, "all rows")
