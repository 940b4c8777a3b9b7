"""What customers are worth, without the rest of the report; and each customer's own expected value, in a file."""

from pathlib import Path
from typing import TYPE_CHECKING

from liftledger.definitions.digest import digest
from liftledger.definitions.reader import FILE, read
from liftledger.domain.customers import Purchases
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import instant
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.report import METHOD_VERSION, SCHEMA, Definitions, Report
from liftledger.engine.engine import Engine, Watch
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.spill import Spill
from liftledger.prove.customers.bases import customer_values
from liftledger.prove.opening import opened
from liftledger.prove.records import Records
from liftledger.prove.resources import Resources
from liftledger.prove.truth import true_effects
from liftledger.prove.verbs import running

if TYPE_CHECKING:
    from liftledger.prove.customers.models import Fitted

ASIDE = ".liftledger-customers-"


def valued(
    folder: Path,
    *,
    as_of: int | None = None,
    customers: Path | None = None,
    base: str | None = None,
    resources: Resources,
    watch: Watch | None = None,
) -> Report:
    """A report that holds customers only; `customers` is where to write them, of that base. Raises Mistakes."""
    project = read(folder)
    if not project.customers:
        raise Mistakes((Mistake(FILE, None, "no customers are declared", "add `customers:`, see docs/customers.md"),))
    written = None if customers is None and base is None else _base(project, base)
    if customers is not None:
        _check(customers)
    elif base is not None:
        lacking = "it says whose customers are written, and no file is named for them"
        raise Mistakes((Mistake("--base", None, lacking, "add --customers FILE"),))
    with running(project, resources, watch) as engine:
        records = Records(engine, folder)
        found = opened(records, project, as_of)
        known: dict[str, tuple[Purchasers, Fitted]] = {}

        def told(seen: Purchasers, fitted: "Fitted") -> None:
            known[seen.base.name] = seen, fitted

        truth = true_effects(project, folder).customers
        values = customer_values(records, found.project, found.enrolled, found.until, truth, told)
        if customers is not None and written is not None:
            _write(engine, *known[written.name], customers)
    return Report(
        schema=SCHEMA,
        method_version=METHOD_VERSION,
        company=project.company,
        currency=project.currency,
        as_of=instant(found.until),
        confidence=project.confidence,
        convention=project.convention,
        data=(),
        definitions=Definitions(digest(project), ()),
        studies=(),
        estimates=(),
        customers=values,
    )


def _base(project: Project, name: str | None) -> Purchases:
    """Whose customers are to be written."""
    bases = {one.name: one for one in project.customers if isinstance(one, Purchases)}
    known = " or ".join(f"--base {one}" for one in bases)
    if name is None and len(bases) == 1:
        return next(iter(bases.values()))
    if name in bases:
        return bases[name]
    if not bases:
        found = "only bases of purchases have customers whose value is a matter of their own history; there is none"
        raise Mistakes((Mistake("--customers", None, found, "declare one with `kind: purchases`"),))
    said = "there are several bases of purchases" if name is None else f"{name!r} is no base of purchases"
    raise Mistakes((Mistake("--base", None, said, f"write {known}"),))


def _check(path: Path) -> None:
    """That a file can be written there, before the records are read. Raises Mistakes."""
    folder = path.absolute().parent
    if path.is_dir():
        found, cure = "it is a folder", f"name the file, such as {path / 'customers.parquet'}"
    elif path.exists() and not path.is_file():
        found, cure = "it is something else than a file, and is not written over", "name a file"
    elif not folder.is_dir():
        found, cure = f"there is no folder {folder}", "make it, or name a file in another one"
    else:
        try:
            Spill(folder, ASIDE).remove()
        except OSError as error:
            raise _unwritten(path, error) from error
        return
    raise Mistakes((Mistake(str(path), None, found, cure),))


def _unwritten(path: Path, error: OSError) -> Mistakes:
    found = f"the customers cannot be written here ({error.strerror})"
    return Mistakes((Mistake(str(path), None, found, "make room, or name a file in another folder"),))


def _write(engine: Engine, seen: Purchasers, found: "Fitted", path: Path) -> None:
    """Written aside and renamed, so that there is a whole file or none."""
    from liftledger.engine.purchasing.valued import Spend, write
    from liftledger.lifetime.fit import Fit
    from liftledger.prove.customers.worth import each

    base = seen.base
    if isinstance(found.buying, NoEstimate):
        cure = "nothing was written; `liftledger value` without --customers says what can be said"
        raise Mistakes((Mistake(f"customers.{base.name}", None, found.buying.reason, cure),))
    spend = Spend(**found.spending.parameters, margin=base.terms.margin) if isinstance(found.spending, Fit) else None
    try:
        aside = Spill(path.absolute().parent, ASIDE)
        try:
            write(engine, seen, each(base, found), spend, aside.path / path.name)
            (aside.path / path.name).replace(path)
        finally:
            aside.remove()
    except OSError as error:
        raise _unwritten(path, error) from error
