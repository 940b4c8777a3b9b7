"""The shape of a CSV file: encoding, delimiter, quote and header, read from its first lines."""

import csv
import gzip
import io
from pathlib import Path

import msgspec

from liftledger.domain.fact import Dialect
from liftledger.domain.mistake import Mistake

DELIMITERS = (",", ";", "\t", "|")
PEEK = 1 << 16  # bytes that are enough to see a header and some rows
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Shape(msgspec.Struct, frozen=True):
    """What a reader must be told; `sniffed` names what was not declared."""

    header: tuple[str, ...]
    delimiter: str
    quote: str
    encoding: str
    sniffed: tuple[str, ...]

    def __str__(self) -> str:
        said = f"delimiter {self.delimiter!r}, quote {self.quote!r}, encoding {self.encoding}"
        return f"{said} (sniffed: {', '.join(self.sniffed)})" if self.sniffed else said


def shape(path: Path, place: str, dialect: Dialect) -> Shape | Mistake:
    """Reads the first lines of `path`; a Mistake where they hold no header that can be used."""
    try:
        start = _peek(path)
    except (OSError, EOFError) as error:
        return Mistake(place, None, f"cannot be read ({error})", "check the file, it may be incomplete")
    if not start.strip():
        return Mistake(place, None, "the file is empty", "it needs a header line and rows")
    encoding = dialect.encoding or next((name for bom, name in BOMS.items() if start.startswith(bom)), "utf-8")
    try:
        text = _decoded(start, encoding)
    except UnicodeDecodeError as error:
        bad = start[error.start : error.start + 1].hex()
        return Mistake(
            place, None, f"byte 0x{bad} is not {encoding}", "declare the encoding, for example csv: {encoding: latin-1}"
        )
    delimiter = dialect.delimiter or _delimiter(text)
    quote = dialect.quote or '"'
    header = tuple(name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quote)))
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        return Mistake(place, None, f"the header names {_listed(repeated)} twice", "give every column its own name")
    declared = {"delimiter": dialect.delimiter, "quote": dialect.quote, "encoding": dialect.encoding}
    return Shape(header, delimiter, quote, encoding, tuple(name for name, value in declared.items() if value is None))


def _peek(path: Path) -> bytes:
    if path.suffix == ".gz":
        with gzip.open(path) as packed:
            return packed.read(PEEK)
    with path.open("rb") as plain:
        return plain.read(PEEK)


def _decoded(start: bytes, encoding: str) -> str:
    codec = {"utf-8": "utf-8-sig", "utf-16": "utf-16"}.get(encoding, encoding)
    try:
        return start.decode(codec)
    except UnicodeDecodeError as error:
        if len(start) == PEEK and error.start > PEEK - 4:  # the peek ends inside a character
            return start[: error.start].decode(codec)
        raise


def _delimiter(text: str) -> str:
    """The candidate that cuts the header into most fields; the comma where none does."""
    header = text.splitlines()[0]
    return max(DELIMITERS, key=lambda mark: (len(next(csv.reader([header], delimiter=mark))), mark == ","))


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
