"""The provenance of a measurement: engine, versions, places, hashes, SQL and clock."""

import hashlib
from datetime import datetime
from importlib.metadata import version

from liftledger import __version__
from liftledger.domain.provenance import SCHEMA, Provenance
from liftledger.prove.measurement import Measurement

PACKAGES = ("msgspec", "scipy", "sqlglot")


def provenance(
    measurement: Measurement,
    report: bytes,
    *,
    engine: str,
    threads: int | None,
    now: datetime,
    refreshed: tuple[str, ...] | None = None,
) -> Provenance:
    """`report` is the encoded report, whose hash is kept; `refreshed` says what a refresh read, in sentences."""
    rejected = len(measurement.rejections)
    return Provenance(
        schema=SCHEMA,
        liftledger=__version__,
        versions={name: version(name) for name in sorted({measurement.package, *PACKAGES})},
        engine=engine,
        created_at=now.isoformat(timespec="seconds"),
        threads=threads,
        report_sha256=hashlib.sha256(report).hexdigest(),
        sources=measurement.sources,
        queries=measurement.queries,
        rejected=measurement.rejections,
        rejected_listed=rejected,
        origins=measurement.origins,
        refreshed=refreshed,
    )
