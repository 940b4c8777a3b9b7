"""How much a refresh reads of a fact is told from its files before a row is read, and exactly once days are known."""

from pathlib import Path

import pytest

from liftledger.domain.due import Due
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.state.look import FileState, Look, Mark, Seen
from liftledger.engine.state.plan import Plan
from liftledger.engine.state.table import TableLook
from liftledger.prove.due import due, dues

MARK = Mark(1, 1, 1, 1)
NEW = ("o/new.csv: new",)


def state(place: str, *days: int) -> FileState:
    return FileState(place, MARK, 0, place, None, {}, dict.fromkeys(days, 1))


def seen(place: str, *days: int, sha256: str | None = None) -> Seen:
    """A file that held rows of these days; with no days, one that is new."""
    return Seen(Path(place), place, MARK, 0, sha256 or place, state(place, *days) if days else None)


def planned(look, *why: str, whole: bool = False) -> Plan:
    return Plan("orders", why, whole, look)


def test_nothing_is_read_where_nothing_changed():
    assert due(planned(Look((seen("a", 1),)))) == Due("orders")
    assert due(planned(TableLook("orders", None), "orders: each day is compared"), days=()) == Due("orders")


def test_of_files_are_read_those_that_are_new_and_once_their_days_are_known_those_that_hold_the_same_days():
    look = Look((seen("a", 1), seen("b", 2), seen("new.csv")))
    assert due(planned(look, *NEW)) == Due("orders", "at least 1 of 3 files", NEW)
    assert due(planned(look, *NEW), days={2, 3}).read == "2 days in 2 of 3 files"


def test_of_a_changed_file_and_of_one_that_is_gone_the_days_are_known_before():
    look = Look((seen("a", 1), seen("b", 1, 2, sha256="other"), seen("c", 3)), (state("d", 3),))
    assert due(planned(look, "b: changed", "d: gone")).read == "all 3 files"
    assert due(planned(Look((seen("a", 1), seen("b", 2)), (state("d", 2),)), "d: gone")).read == "1 of 2 files"


def test_a_fact_that_is_read_whole_is_read_from_all_its_files():
    assert due(planned(Look((seen("a", 1), seen("b"))), "b: new", whole=True)).read == "all 2 files"
    assert due(planned(Look((seen("a"),)), "orders: read for the first time", whole=True)) == Due(
        "orders", "1 file", ("read for the first time",)
    )


def test_of_a_table_the_days_are_known_once_its_engine_was_asked():
    look = TableLook("sales.orders", None)
    assert due(planned(look, "sales.orders: each of its days is compared")).read == "the days that changed"
    assert due(planned(look, "sales.orders: each of its days is compared"), days={4}).read == "1 day"
    assert due(planned(look, "orders: read for the first time", whole=True), days={4}).read == "all of it"


def test_what_cannot_be_looked_at_is_a_mistake():
    with pytest.raises(Mistakes, match=r"^orders\.csv: there is no such file"):
        dues([planned(Mistake("orders.csv", None, "there is no such file", ""), "orders.csv: there is no such file")])
