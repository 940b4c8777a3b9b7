"""What a refresh reads of each fact, from what was seen of its files and table."""

from collections.abc import Collection, Sequence

from liftledger.domain.due import Due
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.state.look import Look
from liftledger.engine.state.plan import Plan


def dues(planned: Sequence[Plan]) -> tuple[Due, ...]:
    """As far as it can be told before a row is read. Raises Mistakes."""
    if mistakes := tuple(one.look for one in planned if isinstance(one.look, Mistake)):
        raise Mistakes(mistakes)
    return tuple(due(one) for one in planned)


def due(planned: Plan, days: Collection[int] | None = None) -> Due:
    """`days`: those that changed, as known once they were read."""
    if not planned.changes or (days is not None and not days):
        return Due(planned.fact)
    why = tuple(change.removeprefix(f"{planned.fact}: ") for change in planned.changes)
    return Due(
        planned.fact, _of_files(planned, days) if isinstance(planned.look, Look) else _of_table(planned, days), why
    )


def _of_files(planned: Plan, days: Collection[int] | None) -> str:
    assert isinstance(planned.look, Look)
    files, known = planned.look.files, set(days or ()) | _days_before(planned.look)
    read = [one for one in files if one.before is None or not one.unchanged or one.before.days.keys() & known]
    if planned.whole or len(read) == len(files):
        return "1 file" if len(files) == 1 else f"all {len(files):,} files"
    told = f"{len(read):,} of {_number(len(files), 'file')}"
    if days is None:
        return f"at least {told}" if planned.look.fresh else told
    return f"{_number(len(days), 'day')} in {told}"


def _of_table(planned: Plan, days: Collection[int] | None) -> str:
    if planned.whole:
        return "all of it"
    return "the days that changed" if days is None else _number(len(days), "day")


def _days_before(look: Look) -> set[int]:
    """Days that changed files held, and those that are gone."""
    before = [one.before for one in look.fresh if one.before is not None]
    return {day for one in (*before, *look.gone) for day in one.days}


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
