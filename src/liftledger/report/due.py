"""What a refresh would read, as a table for the terminal: `liftledger refresh --explain`."""

from collections.abc import Iterator

from liftledger.domain.due import Due, Outlook, told
from liftledger.report import numbers

MOST = 6  # reasons of one fact
HEAD = ("fact", "to read", "why")


def outlook_table(outlook: Outlook) -> str:
    """A line for each reason, and what else is to be said beneath them."""
    rows = [HEAD, *(row for due in outlook.dues for row in _rows(due))]
    wide = [max(len(row[place]) for row in rows) for place in (0, 1)]
    lines = [f"{fact:<{wide[0]}}  {read:<{wide[1]}}  {why}".rstrip() for fact, read, why in rows]
    return "\n".join([*lines, *(numbers.plain(f"\n{note}") for note in outlook.notes)])


def _rows(due: Due) -> Iterator[tuple[str, str, str]]:
    first, *others = told(due.why, MOST) or ("" if due.read else "unchanged",)
    yield due.fact, numbers.plain(due.read) or "nothing", numbers.plain(first)
    for reason in others:
        yield "", "", numbers.plain(reason)
