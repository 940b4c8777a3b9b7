"""A project's folder -> `domain.project.Project`, or all of its mistakes."""

from pathlib import Path

from liftledger.definitions.comparison import Measured
from liftledger.definitions.customers import read_customers
from liftledger.definitions.dimensions import read_dimensions
from liftledger.definitions.document import Entry, Mapping, Scalar, load
from liftledger.definitions.facts import read_facts
from liftledger.definitions.keys import PROJECT
from liftledger.definitions.metrics import read_metrics
from liftledger.definitions.notes import Notes, Spot
from liftledger.definitions.pilot import Watchable, check_watched, read_pilot
from liftledger.definitions.questions import read_questions
from liftledger.definitions.record import Record
from liftledger.definitions.record import read as read_shape
from liftledger.definitions.rules import read_rules
from liftledger.definitions.studies import Known, read_studies
from liftledger.definitions.units import read_kinds, read_relations
from liftledger.definitions.value import read_value
from liftledger.domain.engine import family
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED
from liftledger.domain.value import Value

FILE = "liftledger.yaml"
STUDIES = "studies"


def read(folder: Path) -> Project:
    """The project defined by `liftledger.yaml`, and `studies/*.yaml` (or .yml) if there are any; raises Mistakes."""
    project, mistakes = draft(folder)
    if mistakes or project is None:
        raise Mistakes(mistakes)
    return project


def draft(folder: Path) -> tuple[Project | None, tuple[Mistake, ...]]:
    """The project and every mistake in it; where there are some, it holds no facts but those without mistakes."""
    notes = Notes()
    root = _load(folder, notes)
    if root is None:
        return None, notes.mistakes
    record = read_shape(PROJECT, root, "", notes)
    assert isinstance(record, Record)
    return _project(record), notes.mistakes


def _load(folder: Path, notes: Notes) -> Mapping | None:
    if not folder.is_dir():
        found = "it is a file" if folder.exists() else "there is no such folder"
        notes.add(Spot(str(folder)), found, f"name the folder that holds {FILE}")
        return None
    if not (folder / FILE).exists():
        cure = f"rename {FILE[:-4]}yml" if (folder / f"{FILE[:-4]}yml").exists() else "`liftledger init` writes one"
        notes.add(Spot(FILE), f"there is no {FILE} in {folder}", cure)
        return None
    root = load(folder / FILE, FILE, notes)
    for path in sorted((folder / STUDIES).glob("*.y*ml")):
        study = load(path, f"{STUDIES}/{path.name}", notes)
        if root is not None and study is not None:
            root = _with_study(root, path.stem, study, notes)
    return root


def _with_study(root: Mapping, name: str, study: Mapping, notes: Notes) -> Mapping:
    """The study's file as an entry under `studies`."""
    entry = Entry(Scalar(study.spot, name), study)
    place = next((i for i, each in enumerate(root.entries) if each.key.text == STUDIES), None)
    if place is None:
        studies = Entry(Scalar(study.spot, STUDIES), Mapping(study.spot, (entry,)))
        return Mapping(root.spot, (*root.entries, studies))
    here = root.entries[place]
    if not isinstance(here.value, Mapping):
        return root  # refused when it is read
    twin = next((each.key.spot for each in here.value.entries if each.key.text == name), None)
    if twin is not None:
        notes.add(study.spot, f"study '{name}' is also in {twin.place}, on line {twin.line}", "keep one of them")
        return root
    merged = Entry(here.key, Mapping(here.value.spot, (*here.value.entries, entry)))
    return Mapping(root.spot, (*root.entries[:place], merged, *root.entries[place + 1 :]))


def _project(record: Record) -> Project:
    """Every part is read even if another is wrong, so that all mistakes are found."""
    kinds = read_kinds(record)
    currency = record.get("currency", "USD")
    facts: Record = record.get("facts") or Record("facts", record.spot, record.notes)
    if "facts" in record and not facts.written:
        record.refuse("facts", ": there are none", "declare the tables that hold the rows")
    names, metrics, units = facts.written, record.get("metrics"), record.get("units")
    engine = None if "engine" in record.bad else family(record.get("engine", "duckdb"))
    sheets = read_facts(facts, kinds, currency, engine)
    read_rules(facts, sheets)
    relations = read_relations(units, sheets, names)
    dimensions: Record | None = record.get("dimensions")
    dimension_names = dimensions.written if dimensions else []
    found_dimensions = read_dimensions(dimensions, sheets, names)
    found_metrics = read_metrics(metrics, sheets, names, [*dimension_names, STARTED])
    known = Known(
        kinds=kinds,
        sheets=sheets,
        facts=names,
        relations=relations,
        dimensions={dimension.name: dimension for dimension in found_dimensions},
        metrics={metric.name: metric for metric in found_metrics},
        metric_names=metrics.written if metrics else [],
        dimension_names=dimension_names,
    )
    studies: Record | None = record.get("studies")
    found_studies = read_studies(studies, known)
    measured = Measured(
        known=known,
        studies={study.name: study for study in found_studies},
        study_names=studies.written if studies else [],
        doubtful=frozenset(name for name in metrics or () if not metrics[name].sound),
    )
    customers = read_customers(record, known, currency)
    value = read_value(record, measured, customers, currency)
    pilot = read_pilot(record.get("pilot"), _watchable(record, measured, value, currency))  # it uses columns of facts
    project = Project(
        company=record.get("company", ""),
        currency=currency,
        engine=record.get("engine", "duckdb"),
        studies=found_studies,
        facts=tuple(sheet.fact() for sheet in sheets.values() if sheet.whole and "currency" in record and engine),
        units=kinds,
        relations=relations,
        dimensions=found_dimensions,
        metrics=found_metrics,
        as_of=record.get("as_of"),
        confidence=record.get("confidence", 0.95),
        convention=record.get("convention", "liftledger"),
        questions=read_questions(record.get("questions"), measured),
        value=value,
        customers=customers,
        pilot=pilot,
        truth=record.get("truth"),
    )
    check_watched(record.get("pilot"), project)
    return project


def _watchable(record: Record, measured: Measured, value: Value | None, currency: str) -> Watchable:
    declared: Record | None = record.get("value")
    lines: Record | None = None if declared is None else declared.get("lines")
    found = {} if value is None else {line.name: line for line in value.lines}
    return Watchable(measured, found, lines.written if lines else [], currency)
