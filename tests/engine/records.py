"""Small records written to a folder, and what the engine makes of them."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlglot import exp

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.fact import Dialect, Fact, Field, Files, Table
from liftledger.domain.project import Project
from liftledger.domain.provenance import Rejection
from liftledger.engine.facts import Loaded, load, table_of
from tests.engine.supply import supplied

USD, JPY = Type("money", 2, "USD"), Type("money", 0, "JPY")
INTEGER, BOOLEAN = Type("integer"), Type("boolean")


def fact(source: Files | Table | str, *columns: Field, **options) -> Fact:
    """A wide fact `rows` of users, named by `user_id`; a path is read as its ending says."""
    if isinstance(source, str):
        form = next((form for form in ("json", "parquet") if f".{form}" in source), "csv")
        source = Files(source, form, options.pop("dialect", Dialect("\t" if ".tsv" in source else None)))
    return Fact(
        **({"name": "rows", "source": source, "keyed_by": "user", "unit": "user_id", "columns": columns} | options)
    )


def field(type_: Type = TEXT, name: str = "value", **options) -> Field:
    options.setdefault("column", name)
    return Field(name=name, type=type_, **({"format": "iso"} if type_ == TIME else {}) | options)


def project(*facts: Fact) -> Project:
    return Project("Acme", "USD", "duckdb", facts, ("user",), (), (), (), ())


def loaded(folder: Path, *facts: Fact) -> tuple[dict[str, Loaded], list[str]]:
    with supplied(project(*facts), folder) as world:
        found, mistakes = load(world.engine, world.project, world.folder)
        return found, world.told(mistakes)


def mistakes(folder: Path, *facts: Fact) -> list[str]:
    """Sentences about a fact that is refused as a whole."""
    found, told = loaded(folder, *facts)
    assert told and not found
    return told


def held(one: Fact) -> tuple[str, ...]:
    """Columns of a loaded fact's table."""
    return ("_unit", *(("_at",) if one.time else ()), *(field.name for field in one.columns))


def rows(folder: Path, one: Fact) -> list[tuple]:
    """Unit and typed columns of a fact that is loaded, by unit."""
    with supplied(project(one), folder) as world:
        _, told = load(world.engine, world.project, world.folder)
        assert not told, told
        columns = [exp.column(name, quoted=True) for name in held(one)]
        return sorted(
            world.engine.rows("rows", exp.select(*columns).from_(table_of(one.name))), key=lambda row: str(row[0])
        )


def values(folder: Path, one: Fact) -> list:
    """The last column, by unit."""
    return [row[-1] for row in rows(folder, one)]


def written(header: Sequence[str], records: Iterable[Sequence[object]], **options) -> str:
    """As CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **options).writerows([header, *records])
    return text.getvalue()


def cells(folder: Path, texts: Sequence[str], column: Field, **options) -> tuple[dict[str, object], set[str]]:
    """Texts put into one column of a CSV file -> the values that were read, and the texts that did not fit."""
    lines = [(f"u{place:06}", text) for place, text in enumerate(texts)]
    (folder / "rows.csv").write_text(written(["user_id", column.column], lines, quoting=csv.QUOTE_ALL), newline="")
    one = fact("rows.csv", column, reject=True, through=0, **options)
    with supplied(project(one), folder, threads=1) as world:
        found, told = load(world.engine, world.project, world.folder)
        assert not told, told
        read = world.engine.rows(
            "rows", exp.select("_unit", exp.column(column.name, quoted=True)).from_(table_of(one.name))
        )
    rejected = {(_row(one), one.found) for one in found["rows"].rejections}
    assert len(read) + found["rows"].rejected == len(texts)
    if len(rejected) < 1000:
        assert rejected == {(place + 1, text) for place, text in enumerate(texts)} - {
            (int(unit[1:]) + 1, texts[int(unit[1:])]) for unit, _ in read
        }
    return {texts[int(unit[1:])]: value for unit, value in read}, {text for _, text in rejected}


def _row(rejection: Rejection) -> int:
    """Its number in the file; the rows of a table have none, and are told by their unit, which is called after it."""
    if rejection.row is not None:
        return rejection.row
    return int(rejection.place.rpartition("unit 'u")[2].rstrip("'")) + 1
