"""The case of a plan: nothing is measured yet, and all of it is graded assumed."""

import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from liftledger import __version__
from liftledger.definitions.plan import read_plan
from liftledger.domain.instant import day, instant
from liftledger.domain.plan import Plan
from liftledger.domain.provenance import SCHEMA as PROVENANCE
from liftledger.domain.provenance import Provenance, Source
from liftledger.domain.report import METHOD_VERSION, SCHEMA, Definitions, Report, encode
from liftledger.finance.case import money
from liftledger.finance.evidence.assumed import assumed
from liftledger.finance.tables.every import with_tables
from liftledger.finance.tables.ground import Ground
from liftledger.prove.origin import PACKAGES
from liftledger.prove.verbs import Made

ENGINE = "none: a plan reads no records"


def planned(path: Path) -> Made:
    """A report that holds the money of a plan only. Raises Mistakes."""
    plan, content = read_plan(path), path.read_bytes()
    hashed = hashlib.sha256(content).hexdigest()
    report = _report(plan, hashed)
    encoded = encode(report)
    source = Source("plan", path.name, len(content), hashed, None)
    provenance = Provenance(
        schema=PROVENANCE,
        liftledger=__version__,
        versions={name: version(name) for name in sorted(PACKAGES)},
        engine=ENGINE,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        threads=None,
        report_sha256=hashlib.sha256(encoded).hexdigest(),
        sources=(source,),
        queries=(),
        rejected=(),
        rejected_listed=0,
        origins=(),
    )
    return Made(report, encoded, provenance)


def _report(plan: Plan, hashed: str) -> Report:
    measured = [assumed(line) for line in plan.value.lines]
    made = money(plan.value, plan.currency, plan.confidence, measured, as_of=day(plan.as_of))
    return Report(
        schema=SCHEMA,
        method_version=METHOD_VERSION,
        company=plan.company,
        currency=plan.currency,
        as_of=instant(plan.as_of),
        confidence=plan.confidence,
        convention="liftledger",
        data=(),
        definitions=Definitions(hashed, tuple(one.metric for one in measured)),
        studies=(),
        estimates=(),
        money=with_tables(Ground(plan.value, plan.currency, plan.confidence, measured, made, (), ())),
    )
