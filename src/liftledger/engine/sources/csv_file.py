"""CSV files: encoding, delimiter, quote and header, seen in the first lines; every column is read as text."""

import csv
import gzip
import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Dialect, Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.sources.raw import DAMAGED, Hashes, Part, Raw, damaged, fingerprint, joined, table_function, used

DELIMITERS = (",", ";", "\t", "|")
PEEK = 1 << 16  # bytes that are enough to see a header and some rows
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DECLARE_ENCODING = "declare the encoding, for example csv: {encoding: latin-1}"


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


def open_csv(
    duck: Duck, fact: Fact, dialect: Dialect, places: Mapping[Path, str], hashes: Hashes
) -> Raw | tuple[Mistake, ...]:
    """Looks at the first lines of every file; reads no rows, unless a file is not in UTF-8."""
    opened = [_opened(duck, fact, dialect, path, place, hashes) for path, place in places.items()]
    mistakes = [found for found in opened if isinstance(found, Mistake)]
    if mistakes:
        return tuple(mistakes)
    return joined(fact, [found for found in opened if not isinstance(found, Mistake)])


def _opened(
    duck: Duck, fact: Fact, dialect: Dialect, path: Path, place: str, hashes: Hashes
) -> tuple[Part, Source] | Mistake:
    found = shape(path, place, dialect)
    if isinstance(found, Mistake):
        return found
    source = fingerprint(fact, path, place, str(found), hashes=hashes)
    if isinstance(source, Mistake):
        return source
    if found.encoding != "utf-8":
        copy = _in_utf8(path, place, found.encoding, duck.free("csv"))
        if isinstance(copy, Mistake):
            return copy
        path = copy
    if _ends_lines_in_several_ways(path):
        copy = _alike(path, place, found, duck.free("csv"))
        if isinstance(copy, Mistake):
            return copy
        path = copy
    wanted = [name for name in used(fact) if name in found.header]
    return Part(place, dict.fromkeys(found.header, "VARCHAR"), rows(path, found, wanted)), source


def rows(path: Path, found: Shape, wanted: Sequence[str]) -> exp.Query:
    """The wanted columns of a file in UTF-8, as text."""
    types = [exp.PropertyEQ(this=exp.Literal.string(n), expression=exp.Literal.string("VARCHAR")) for n in found.header]
    options: dict[str, exp.Expr] = {
        "columns": exp.Struct(expressions=types),
        "auto_detect": exp.false(),
        "header": exp.true(),
        "delim": exp.Literal.string(found.delimiter),
        "quote": exp.Literal.string(found.quote),
        "escape": exp.Literal.string(found.quote),
        "compression": exp.Literal.string("gzip" if path.suffix == ".gz" else "none"),
    }
    columns: list[exp.Expr] = [exp.column(name, quoted=True) for name in wanted]
    return exp.select(*(columns or [exp.Star()])).from_(table_function("read_csv", [path], options))


def _ends_lines_in_several_ways(path: Path) -> bool:
    """Whether some lines end in CR LF and others in LF, as in exports that were put together: DuckDB refuses them."""
    dos = unix = 0
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as stream:
        before = b""
        while chunk := stream.read(PEEK):
            dos += (before + chunk).count(b"\r\n")
            unix += chunk.count(b"\n")
            before = chunk[-1:] if chunk.endswith(b"\r") else b""
    return 0 < dos < unix


def _in_utf8(path: Path, place: str, encoding: str, copy: Path) -> Path | Mistake:
    """A copy that DuckDB can read: of its own, it finds no rows in UTF-16 whose bytes are in the other order."""
    try:
        with (
            (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding=encoding, newline="") as stream,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            shutil.copyfileobj(stream, target)
    except UnicodeError:
        return Mistake(place, None, f"its text is not {encoding} throughout", DECLARE_ENCODING)
    except DAMAGED as error:
        return damaged(place, error)
    return copy


def _alike(path: Path, place: str, found: Shape, copy: Path) -> Path | Mistake:
    """A copy whose rows all end in LF; what is quoted stays as it is."""
    rows_read = 0
    try:
        with (
            (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as stream,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            writer = csv.writer(target, lineterminator="\n", delimiter=found.delimiter, quotechar=found.quote)
            for row in csv.reader(stream, strict=True, delimiter=found.delimiter, quotechar=found.quote):
                writer.writerow(row)
                rows_read += 1
    except csv.Error as error:
        told = f"the row cannot be read as CSV ({error})"
        return Mistake(place, max(rows_read, 1), told, "check delimiter and quotes")
    except UnicodeError:
        return Mistake(place, None, "its text is not utf-8 throughout", DECLARE_ENCODING)
    return copy


def shape(path: Path, place: str, dialect: Dialect) -> Shape | Mistake:
    """Reads the first lines of `path`; a Mistake where they hold no header that can be used."""
    try:
        start = _peek(path)
    except DAMAGED as error:
        return damaged(place, error)
    encoding = dialect.encoding or next((name for bom, name in BOMS.items() if start.startswith(bom)), "utf-8")
    try:
        text = _decoded(start, encoding)
    except UnicodeDecodeError as error:
        bad = start[error.start : error.start + 1].hex()
        return Mistake(place, None, f"byte 0x{bad} is not {encoding}", DECLARE_ENCODING)
    if not text.strip():
        return Mistake(place, None, "the file is empty", "it needs a header line and rows")
    delimiter, quote = dialect.delimiter or _delimiter(text), dialect.quote or '"'
    try:
        header = _header(text, delimiter, quote)
    except csv.Error as error:
        return Mistake(place, None, f"the header cannot be read ({error})", "is it a CSV file?")
    if not any(header):
        return Mistake(place, None, "the first line is blank", "it needs to be the header; remove the lines before it")
    repeated = sorted(_repeated(header))
    if repeated:
        return Mistake(place, None, f"the header names {_listed(repeated)} twice", "give every column its own name")
    declared = {"delimiter": dialect.delimiter, "quote": dialect.quote, "encoding": dialect.encoding}
    return Shape(header, delimiter, quote, encoding, tuple(name for name, value in declared.items() if value is None))


def _peek(path: Path) -> bytes:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as stream:
        return bytes(stream.read(PEEK))


def _header(text: str, delimiter: str, quote: str) -> tuple[str, ...]:
    """Names without the spaces around them; a column without a name gets one that nobody would write."""
    lines = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, quotechar=quote)
    names = [name.strip() for name in next(lines)]
    return tuple(name or f"(column {place})" for place, name in enumerate(names, start=1)) if any(names) else ()


def _repeated(header: Sequence[str]) -> set[str]:
    """Names that occur again; engines do not tell Id from id."""
    lower = [name.lower() for name in header]
    return {name for place, name in enumerate(header) if name.lower() in lower[:place]}


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
