"""What Spark says when it cannot, in a user's words; never a trace of its stack."""

import re

from liftledger.engine.engine import Exhausted, Lost, Refusal, RowTooLarge, SumTooLarge

FULL = (
    "OutOfMemoryError",
    "No space left on device",
    "Cannot reserve",
    "CANNOT_ACQUIRE_MEMORY",
    "Total size of serial",
)
GONE = ("SparkContext was shut down", "stopped SparkContext", "SparkContext has been shutdown", "Master removed our")
LARGE = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "CAST_OVERFLOW")
OF_SUMS = ("NUMERIC_VALUE_OUT_OF_RANGE", "sum of decimals")  # others leave 64 bits, before anything is in 38 digits
DENIED = ("AccessControlException", "AccessDeniedException", "Permission denied", "INSUFFICIENT_PERMISSIONS", "403")


def said(error: BaseException, *, alive: bool) -> Exception:
    """Refusal, Exhausted, Unreachable, ...; `alive`: whether Java still runs."""
    text = _told(error)
    if any(one in text for one in FULL):
        return Exhausted("it ran out of memory, or of room on the disk for what does not fit")
    if not alive or any(one in text for one in GONE):
        return Lost("Spark stopped in the middle of the work")
    if any(one in text for one in LARGE):
        return (SumTooLarge if any(one in text for one in OF_SUMS) else RowTooLarge)(_sentence(text))
    if any(one in text for one in DENIED):
        return Refusal(f"it may not be read: {_sentence(text)}")
    return Refusal(_sentence(text))


def _told(error: BaseException) -> str:
    """Its message; of an error of Java's, the innermost, which says what happened."""
    java = getattr(error, "java_exception", None)
    if java is None:
        return str(error)
    told, last = str(java.toString()), java.getCause()
    while last is not None:
        told, last = str(last.toString()), last.getCause()
    return told


def _sentence(text: str) -> str:
    """Its first line, without what only an engineer of Spark reads."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = re.sub(r"^(Caused by: )?([a-z]\w*\.)+\w+: |\s*SQLSTATE: \w+|;? line \d+ pos \d+;?$", "", first)
    return first.split(" If necessary set ")[0].rstrip("; ")[:400]
