"""What a refresh would read, as a table for the terminal: `liftledger refresh --explain`."""

from collections.abc import Iterator, Sequence

from liftledger.domain.due import Due, told
from liftledger.report import numbers

MOST = 6  # reasons of one fact
HEAD = ("fact", "to read", "why")


def due_table(dues: Sequence[Due]) -> str:
    """A line for each reason, and beneath them what no refresh can see."""
    rows = [HEAD, *((numbers.plain(fact), read, numbers.plain(why)) for due in dues for fact, read, why in _rows(due))]
    wide = [max(len(row[place]) for row in rows) for place in (0, 1)]
    lines = [f"{fact:<{wide[0]}}  {read:<{wide[1]}}  {why}".rstrip() for fact, read, why in rows]
    unseen = [f"  {numbers.plain(f'{due.fact}: {due.unseen}')}" for due in dues if due.unseen]
    if unseen:
        lines += ["", "not seen", *unseen]
    return "\n".join(lines)


def _rows(due: Due) -> Iterator[tuple[str, str, str]]:
    first, *others = told(due.why, MOST) or ("" if due.read else "unchanged",)
    yield due.fact, due.read or "nothing", first
    for reason in others:
        yield "", "", reason
