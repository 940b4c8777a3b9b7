"""Studies: their units, arms and metrics, and whether all of these can be brought together."""

from collections.abc import Iterator, Mapping

import msgspec

from liftledger.definitions import times
from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.definitions.shares import read_shares
from liftledger.definitions.units import known_kind
from liftledger.domain.metric import Metric
from liftledger.domain.slug import slug
from liftledger.domain.study import EVERYONE, STARTED, Assignment, Dimension, Exposure, Relation, Study

ARMS_MAX = 100


class Known(msgspec.Struct, frozen=True):
    """What a study can refer to; `facts` and the names of others are of those with mistakes too."""

    kinds: tuple[str, ...]
    sheets: Mapping[str, Sheet]
    facts: list[str]
    relations: tuple[Relation, ...]
    dimensions: Mapping[str, Dimension]
    metrics: Mapping[str, Metric]
    metric_names: list[str]
    dimension_names: list[str] = []

    def related(self, kind: str, other: str) -> bool:
        """Whether one of the two belongs to the other."""
        return any({kind, other} == {relation.child, relation.parent} for relation in self.relations)


def read_studies(record: Record | None, known: Known) -> tuple[Study, ...]:
    """Studies without mistakes of form."""
    found = [_study(name, record[name], known) for name in record or () if record is not None]
    return tuple(study for study in found if study is not None)


def _study(name: str, record: Record, known: Known) -> Study | None:
    metrics = _metrics(record, known)
    start, end = record.get("start"), record.get("end")
    if start is not None and end is not None and start >= end:
        record.refuse("end", f" is {times.shown(end)}, not after the start {times.shown(start)}", "swap them")
    key = _assignment_key(record)
    if "kind" not in record or key is None:
        return None
    part: Record = record[key]
    sheet = sheet_of(part, "fact", known.sheets, known.facts)
    arms, control = _arms(record, part, key)
    unit = known_kind(record, "unit", known.kinds)
    exposure = _exposure(record, known)
    if sheet is None:
        return None
    if unit is None:
        unit = sheet.keyed_by
    elif unit != sheet.keyed_by and sheet.whole:
        found = f": '{sheet.name}' is keyed by '{sheet.keyed_by}', and the study's unit is '{unit}'"
        part.refuse("fact", found, f"name a fact keyed by '{unit}', or write `unit: {sheet.keyed_by}`")
    time = _time(part, sheet)
    if sheet.whole:
        _check_reach(record, sheet, unit, metrics, known)
        if sheet.wide and not part.has("time"):
            _check_undated(record, key, sheet, metrics, known)
    return Study(
        name=name,
        kind=record["kind"],
        unit=unit,
        assignment=Assignment(
            sheet.name,
            None if key == "population" else sheet.column(part, _arm_key(part), ("text",)),
            time,
            sheet.expression(part, "where", "condition"),
        ),
        arms=arms,
        control=control,
        shares=read_shares(record, arms, control) if record["kind"] != "observational" and control else (),
        exposure=exposure,
        metrics=metrics,
        start=start,
        end=end,
        description=record.get("description", ""),
    )


def _assignment_key(record: Record) -> str | None:
    """Where the units are: under `assignment`, or under `population` if there are no arms."""
    if record.has("assignment") and record.has("population"):
        record.refuse("population", ": there is an assignment too", "keep one of them")
    for key in ("assignment", "population"):
        if record.has(key):
            return key if key in record else None
    if "kind" in record:
        observational = record["kind"] == "observational"
        missing, example = (
            ("population", "{fact: accounts}") if observational else ("assignment", "{fact: exposures, arm: variant}")
        )
        record.refuse(None, f": '{missing}' is missing", f"write such as `{missing}: {example}`")
    return None


def _arm_key(part: Record) -> str:
    return "arm" if "arm" in part else "column"


def _time(part: Record, sheet: Sheet) -> str | None:
    """The column that dates the assignment; None where it is the fact's own time."""
    if sheet.time is not None and part.get("time") in (sheet.time.name, sheet.time.column):
        return None
    return sheet.column(part, "time", ("time",))


def _arms(record: Record, part: Record, key: str) -> tuple[tuple[str, ...], str | None]:
    """All arms, control first, and the control."""
    if key == "population":
        for name in ("control", "arms", "exposure"):
            if record.has(name):
                record.refuse(
                    name,
                    ": a population has no arms",
                    "remove it, or write `assignment` with a column that names the arm",
                )
        return (EVERYONE,), None
    if part.has("arm") and part.has("column"):
        part.refuse("column", ": `arm` is there too, and means the same", "keep one of them")
    if not part.has("arm") and not part.has("column"):
        part.refuse(None, ": 'arm' is missing", "name the column that holds the arm")
    for name in ("control", "arms"):
        if not record.has(name):
            record.refuse(None, f": '{name}' is missing", f"write `{name}` as spelled in the data")
    arms: tuple[str, ...] = record.get("arms", ())
    control: str | None = record.get("control")
    if arms:
        _check_arms(record, arms)
    if arms and control is not None and control not in arms:
        record.refuse("control", f": '{control}' is none of the arms", instead(control, arms, "the arms are"))
        control = None
    if control is None or len(arms) < 2:
        return arms, None
    return (control, *(arm for arm in dict.fromkeys(arms) if arm != control)), control


def _check_arms(record: Record, arms: tuple[str, ...]) -> None:
    if len(arms) < 2:
        record.refuse(
            "arms", f": there is one arm, '{arms[0]}'", "a comparison needs two; without arms write `population`"
        )
    if len(arms) > ARMS_MAX:
        record.refuse("arms", f": there are {len(arms)} arms", f"at most {ARMS_MAX} will do")
    seen: dict[str, str] = {}
    for arm in arms:
        short = slug(arm)
        if not short:
            record.refuse("arms", f": '{arm}' has neither letter nor digit", "an arm needs one, for the estimate's id")
        elif seen.get(short) == arm:
            record.refuse("arms", f": '{arm}' stands there twice", "keep one of them")
        elif short in seen:
            cure = "rename one: they differ in signs only, and share the estimate's id"
            record.refuse("arms", f": '{seen[short]}' and '{arm}' are both '{short}'", cure)
        seen.setdefault(short, arm)


def _exposure(record: Record, known: Known) -> Exposure | None:
    exposure: Record | None = record.get("exposure")
    if exposure is None:
        return None
    sheet = sheet_of(exposure, "fact", known.sheets, known.facts)
    if sheet is None:
        return None
    if sheet.whole and sheet.wide:
        exposure.refuse("fact", f": '{sheet.name}' has no dates, and an exposure needs one", "name a fact with `time`")
    return Exposure(sheet.name, sheet.expression(exposure, "where", "condition"))


def _metrics(record: Record, known: Known) -> tuple[str, ...]:
    chosen: tuple[str, ...] = record.get("metrics", tuple(known.metrics))
    for place, name in enumerate(chosen):
        if name not in known.metric_names:
            cure = instead(name, known.metric_names, "the metrics are") or "declare it under metrics"
            record.refuse("metrics", f"[{place + 1}]: there is no metric '{name}'", cure)
        elif name in chosen[:place]:
            record.refuse("metrics", f"[{place + 1}]: '{name}' stands there twice", "keep one of them")
    if not chosen and not record.has("metrics") and not known.metric_names:
        record.refuse(None, ": there are no metrics to report on", "declare some under metrics")
    return tuple(name for name in dict.fromkeys(chosen) if name in known.metrics)


def _check_reach(record: Record, sheet: Sheet, unit: str, metrics: tuple[str, ...], known: Known) -> None:
    """Every fact that the study needs must lead to its units."""
    exposure: Record | None = record.get("exposure")
    if exposure is not None and exposure.get("fact") in known.sheets:
        _check_fact(record, "exposure", "the exposure", known.sheets[exposure["fact"]], sheet, unit, known)
    for name in metrics:
        metric = known.metrics[name]
        _check_fact(record, "metrics", f"metric '{name}'", known.sheets[metric.fact], sheet, unit, known)
        for dimension in metric.dimensions:
            if dimension in known.dimensions:
                located = known.sheets[known.dimensions[dimension].fact]
                _check_dimension(record, dimension, located, sheet, unit)


def _check_undated(record: Record, key: str, assigned: Sheet, metrics: tuple[str, ...], known: Known) -> None:
    """A window is measured from a unit's start, and units without a date have none."""
    for name in metrics:
        for needs in _needs_start(known.metrics[name], known):
            found = f": metric '{name}' {needs} the units' start, and '{assigned.name}' does not date it"
            cure = f"add the column that does, such as `{key}: {{fact: {assigned.name}, time: ...}}`"
            record.refuse(key, found, cure)


def _needs_start(metric: Metric, known: Known) -> Iterator[str]:
    windowed = metric.window is not None or metric.lookback is not None or metric.kind in ("rate", "time_to")
    if windowed and not known.sheets[metric.fact].wide:
        yield "counts from"
    for dimension in metric.dimensions:
        located = known.dimensions.get(dimension)
        if dimension == STARTED or (located is not None and not known.sheets[located.fact].wide):
            yield f"is shown by '{dimension}', which needs"


def _check_fact(record: Record, key: str, what: str, needed: Sheet, assigned: Sheet, unit: str, known: Known) -> None:
    if needed.whole and needed.keyed_by != unit and not known.related(needed.keyed_by, unit):
        cure = f"say under units how '{unit}' and '{needed.keyed_by}' belong together"
        if key == "metrics":
            cure += ", or name under `metrics` those of the study's unit"
        record.refuse(key, f": {what} is keyed by '{needed.keyed_by}', and the study's unit is '{unit}'", cure)
    _check_matched(record, key, what, needed, assigned)


def _check_dimension(record: Record, dimension: str, needed: Sheet, assigned: Sheet, unit: str) -> None:
    what = f"dimension '{dimension}'"
    if needed.whole and needed.keyed_by != unit:
        found = f": {what} is an attribute of '{needed.keyed_by}', and the study's unit is '{unit}'"
        record.refuse("metrics", found, "choose metrics without it, or a dimension of the study's unit")
    _check_matched(record, "metrics", what, needed, assigned)


def _check_matched(record: Record, key: str, what: str, needed: Sheet, assigned: Sheet) -> None:
    """Rows of two facts are matched by their units' names."""
    if needed.name == assigned.name or not needed.whole or not assigned.whole:
        return
    for nameless in (needed, assigned):
        if nameless.unit is None:
            found = f": {what} needs '{needed.name}' matched with '{assigned.name}'"
            cure = f"add `unit` to facts.{nameless.name}, which does not name its units"
            record.refuse(key, found, cure)
