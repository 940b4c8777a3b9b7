"""Records that DuckDB would not read to the letter, copied as text into a CSV file of our own."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlglot import exp

from liftledger.engine.sources.csv_file import Shape, rows


def copied(path: Path, header: Sequence[str], records: Iterable[Sequence[str]]) -> exp.Query:
    """Writes the records to `path`; the query reads them back. Missing values are empty text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(records)
    return rows(path, Shape(tuple(header), ",", '"', "utf-8", ()), header)
