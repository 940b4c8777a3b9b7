"""Parquet files: their columns keep their own types."""

from collections.abc import Mapping
from pathlib import Path

from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.engine import Refusal
from liftledger.engine.sources.raw import INCOMPLETE, PART, Hashes, Part, Raw, fingerprint, table_function


def open_parquet(duck: Duck, fact: Fact, places: Mapping[Path, str], hashes: Hashes) -> Raw | tuple[Mistake, ...]:
    """Looks at the columns of every file; reads no rows."""
    parts: list[Part] = []
    mistakes: list[Mistake] = []
    sources = []
    for path, place in places.items():
        found = fingerprint(fact, path, place, hashes=hashes)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        sources.append(found)
        query = _rows([path])
        try:
            parts.append(Part(place, duck.columns(query), query, tags=(str(path),)))
        except Refusal as refusal:
            reason = "the file is empty" if not found.bytes else f"it is not a Parquet file ({refusal})"
            mistakes.append(Mistake(place, None, reason, INCOMPLETE))
    return tuple(mistakes) or Raw(
        fact, tuple(parts), _rows(list(places)), tuple(sources), text=False, parted=_rows(list(places), named=PART)
    )


def _rows(paths: list[Path], named: str | None = None) -> exp.Query:
    """All columns, and the path of each row's file under a name.

    DuckDB reads columns from the names of folders only where all files that it is given have the same of them.
    """
    alike: dict[frozenset[str], list[Path]] = {}
    for path in paths:
        alike.setdefault(_folders(path), []).append(path)
    first, *others = (_rows_of(some, named) for some in alike.values())
    query: exp.Query = first
    for more in others:
        query = exp.Union(this=query, expression=more, distinct=False, by_name=True)
    return query


def _folders(path: Path) -> frozenset[str]:
    """Columns that the names of a file's folders are of, such as day of `day=2026-01-01`."""
    return frozenset(one.partition("=")[0] for one in path.parent.parts if "=" in one)


def _rows_of(paths: list[Path], named: str | None) -> exp.Select:
    options: dict[str, exp.Expr] = {"binary_as_string": exp.true(), "hive_types_autocast": exp.false()}
    if named is not None:
        options["filename"] = exp.Literal.string(named)
    if len(paths) > 1:
        options["union_by_name"] = exp.true()
    return exp.select("*").from_(table_function("read_parquet", paths, options))
