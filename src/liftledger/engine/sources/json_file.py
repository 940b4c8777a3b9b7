"""JSON Lines, read as text: DuckDB takes numbers as doubles, which would change 9007199254740993.5."""

import gzip
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path

import msgspec

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.sources.raw import DAMAGED, Hashes, Part, Raw, damaged, fingerprint, joined, used
from liftledger.engine.sources.text_copy import copied

BOM = b"\xef\xbb\xbf"
ONE_A_LINE = "write one JSON object a line"


def open_json(duck: Duck, fact: Fact, places: Mapping[Path, str], hashes: Hashes) -> Raw | tuple[Mistake, ...]:
    """Copies the used columns of every line."""
    wanted = used(fact) or ("nothing",)  # a file of our own needs a column
    opened = [_opened(duck, fact, path, place, wanted, hashes) for path, place in places.items()]
    mistakes = [found for found in opened if isinstance(found, Mistake)]
    if mistakes:
        return tuple(mistakes)
    return joined(fact, [found for found in opened if not isinstance(found, Mistake)])


def _opened(
    duck: Duck, fact: Fact, path: Path, place: str, wanted: tuple[str, ...], hashes: Hashes
) -> tuple[Part, Source] | Mistake:
    source = fingerprint(fact, path, place, hashes=hashes)
    if isinstance(source, Mistake):
        return source
    lines = _Lines(path, place, wanted)
    try:
        query = copied(duck.free("csv"), wanted, lines)
    except Mistakes as found:
        return found.mistakes[0]
    return Part(place, dict.fromkeys(lines.keys, "VARCHAR"), query), source


class _Lines:
    """The wanted values of each line, and all keys that were seen on the way."""

    def __init__(self, path: Path, place: str, wanted: tuple[str, ...]) -> None:
        self.keys: dict[str, None] = {}
        self._path, self._place, self._wanted = path, place, wanted

    def __iter__(self) -> Iterator[list[str]]:
        decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
        row = 0
        try:
            with _stream(self._path) as stream:
                for line in stream:
                    line = line.removeprefix(BOM) if row == 0 else line
                    if not line.strip():
                        continue
                    row += 1
                    found = decoder.decode(line)
                    self.keys.update(dict.fromkeys(found))
                    yield [self._value(found, name) for name in self._wanted]
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            mistake = Mistake(self._place, row, f"not a JSON object ({error})", ONE_A_LINE)
            raise Mistakes((mistake,)) from error
        except DAMAGED as error:
            raise Mistakes((damaged(self._place, error),)) from error
        if not row:
            raise Mistakes((Mistake(self._place, None, "the file is empty", ONE_A_LINE),))

    def _value(self, found: dict[str, msgspec.Raw], name: str) -> str:
        """The text under a key, or under a path of keys such as properties.revenue."""
        if name in found or "." not in name:
            return _text(found.get(name))
        outer, _, inner = name.partition(".")
        below = bytes(found.get(outer, b"null"))
        if not below.startswith(b"{"):
            return ""
        self.keys[name] = None
        return self._value(msgspec.json.decode(below, type=dict[str, msgspec.Raw]), inner)


def _stream(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _text(value: msgspec.Raw | None) -> str:
    """A string's content; of all else the letters that were written; nothing for null."""
    written = b"null" if value is None else bytes(value)
    if written.startswith(b'"'):
        return msgspec.json.decode(written, type=str)
    return "" if written == b"null" else written.decode()
