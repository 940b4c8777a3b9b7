"""Files that stop in the middle of being read: which one, where, and what would do."""

import re

from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.engine.engine import Engine, Refusal
from liftledger.engine.sources.raw import INCOMPLETE, Raw


def unreadable(engine: Engine, raw: Raw, refusal: Refusal) -> Mistake:
    """The engine's message in a user's words, at the part that it is about."""
    cure = INCOMPLETE if any(source.sha256 for source in raw.sources) else "check what it holds, and what it reads"
    for part in raw.parts:
        try:
            engine.rows("reading", exp.select(exp.Count(this=exp.Star())).from_(part.query.subquery("part")))
        except Refusal as own:
            return _mistake(part.place, str(own), cure)
    return _mistake(raw.parts[0].place, str(refusal), cure)


def _mistake(place: str, text: str, cure: str) -> Mistake:
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line is None:
        if "state machine" in text:
            found, cure = "cannot be read as CSV", "its lines may end in different ways; save it anew"
            return Mistake(place, None, found, cure)
        return Mistake(place, None, f"cannot be read ({text})", cure)
    row = int(line.group(1)) - 1
    fields = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if fields:
        noun = "field" if fields.group(2) == "1" else "fields"
        found = f"the row has {fields.group(2)} {noun}, the header has {fields.group(1)}"
        return Mistake(place, row, found, "quote fields that hold the delimiter, or correct the row")
    if "unterminated quote" in text:
        found = "a quote is opened and not closed as it should be"
        return Mistake(place, row, found, "correct the row, or declare csv: {quote: ...}")
    if "unicode" in text.lower():
        return Mistake(place, row, "a character is not UTF-8", "declare csv: {encoding: latin-1} or the right one")
    return Mistake(place, row, "the row cannot be read as CSV", "check delimiter and quotes")
