"""What Spark says when it cannot, in a user's words; never a trace of its stack."""

import re

from liftledger.engine.engine import Exhausted, Refusal, RowTooLarge, SumTooLarge, Unreachable

FULL = ("OutOfMemoryError", "No space left on device", "Cannot reserve", "CANNOT_ACQUIRE_MEMORY")
GONE = ("SparkContext was shut down", "stopped SparkContext", "SparkContext has been shutdown")
WIDE = ("NUMERIC_VALUE_OUT_OF_RANGE", "decimal", "Decimal")


def said(error: BaseException, *, alive: bool) -> Exception:
    """Refusal, Exhausted, Unreachable, ...; `alive`: whether Java still runs."""
    text = str(error)
    if any(one in text for one in FULL):
        return Exhausted("it ran out of memory, or of room on the disk for what does not fit")
    if not alive or any(one in text for one in GONE):
        return Unreachable("Spark stopped in the middle of the work")
    if "ARITHMETIC_OVERFLOW" in text or "NUMERIC_VALUE_OUT_OF_RANGE" in text:
        return (SumTooLarge if any(one in text for one in WIDE) else RowTooLarge)(_sentence(text))
    return Refusal(_sentence(text))


def _sentence(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return re.sub(r"\s*SQLSTATE: \w+", "", first)[:400]
