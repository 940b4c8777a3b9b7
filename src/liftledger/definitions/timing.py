"""What starts a unit's clock; of `time_to` metrics also how long it runs, and the times by which shares are given."""

from collections.abc import Mapping

from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.record import Record
from liftledger.domain.instant import HOUR, brief
from liftledger.domain.metric import Onset, share_by

Timing = tuple[Onset | None, int | None, int, tuple[int, ...]]


def read_timing(record: Record, sheet: Sheet, sheets: Mapping[str, Sheet], facts: list[str]) -> Timing:
    """Onset, horizon, grid and marks; the last mark is the horizon. Of other kinds: what stands where nothing is."""
    onset = _onset(record, sheet, sheets, facts)
    horizon: int | None = record.get("horizon")
    grid: int = record.get("grid", HOUR)
    if horizon is None:
        return onset, None, grid, ()
    if "grid" not in record.bad:
        _check_grid(record, horizon, grid)
    _check_marks(record, horizon)
    marks = {*record.get("marks", ()), horizon}
    return onset, horizon, grid, tuple(sorted(marks))


def shares_of(name: str, record: Record) -> set[str]:
    """Names of the shares that are made of a time_to metric."""
    marks = {*record.get("marks", ()), record.get("horizon")} - {None}
    return {share_by(name, mark) for mark in marks}


def _check_grid(record: Record, horizon: int, grid: int) -> None:
    """Steps end where the marks are."""
    named = [
        ("horizon", "", horizon),
        *(("marks", f"[{n}]", mark) for n, mark in enumerate(record.get("marks", ()), 1)),
    ]
    for key, place, length in named:
        if length % grid:
            low = length // grid * grid or grid
            cure = f"write such as {brief(low)}, or a grid that divides it"
            record.refuse(key, f"{place} is {brief(length)}, not a multiple of the grid, {brief(grid)}", cure)


def _check_marks(record: Record, horizon: int) -> None:
    marks: tuple[int, ...] = record.get("marks", ())
    for place, mark in enumerate(marks):
        if mark > horizon:
            found = f"[{place + 1}] is {brief(mark)}, after the horizon, {brief(horizon)}"
            record.refuse("marks", found, "remove it, or lengthen the horizon")
        elif mark in marks[:place]:
            record.refuse("marks", f"[{place + 1}] is {brief(mark)}, which stands there twice", "keep one of them")


def _onset(record: Record, sheet: Sheet, sheets: Mapping[str, Sheet], facts: list[str]) -> Onset | None:
    onset: Record | None = record.get("from")
    if onset is None:
        return None
    starting = sheet_of(onset, "fact", sheets, facts)
    if starting is None:
        return None
    if starting.whole and sheet.whole and starting.keyed_by != sheet.keyed_by:
        found = f": '{starting.name}' is keyed by '{starting.keyed_by}', and the metric's fact by '{sheet.keyed_by}'"
        onset.refuse("fact", found, f"name a fact keyed by '{sheet.keyed_by}'")
    if starting.whole:
        (_check_wide if starting.wide else _check_dated)(onset, starting)
    return Onset(
        starting.name,
        None if starting.wide else starting.expression(onset, "where", "condition"),
        starting.column(onset, "column", ("time",)) if starting.wide else None,
    )


def _check_wide(onset: Record, sheet: Sheet) -> None:
    if not onset.has("column"):
        cure = "add the column that starts the clock, such as `column: signed_up`, of type time"
        onset.refuse(None, f": 'column' is missing, and '{sheet.name}' is a wide fact, whose rows have no dates", cure)
    if onset.has("where"):
        onset.refuse("where", f": '{sheet.name}' is a wide fact, whose `column` starts the clock", "remove it")
    if sheet.unit is None:
        onset.refuse("fact", f": '{sheet.name}' does not name its units", f"add `unit` to facts.{sheet.name}")


def _check_dated(onset: Record, sheet: Sheet) -> None:
    if onset.has("column"):
        cure = "remove it, and say with `where` which row it is"
        onset.refuse("column", f": '{sheet.name}' is a dated fact, whose rows have their own time", cure)
