"""A report and its provenance as they were stored."""

import hashlib

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report


def stored(report: bytes, provenance: bytes) -> tuple[Report, Provenance]:
    """Decodes both. Raises Mistakes where they are not of this schema, or do not belong together."""
    try:
        found = msgspec.json.decode(report, type=Report), msgspec.json.decode(provenance, type=Provenance)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Mistakes(
            (Mistake("report.json", None, f"cannot be read ({error})", "make it again: liftledger report"),)
        ) from error
    if found[1].report_sha256 != hashlib.sha256(report).hexdigest():
        text = "provenance.json belongs to another report.json"
        raise Mistakes((Mistake("report.json", None, text, "make both again: liftledger report"),))
    return found
