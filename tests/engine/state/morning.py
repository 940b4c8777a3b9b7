"""Mornings of a company: files change, and what a refresh makes of them is held against reading everything."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from secrets import token_hex

import duckdb
import msgspec
from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.categories import categories
from liftledger.engine.cohort import unrelated
from liftledger.engine.columns import held
from liftledger.engine.engine import Engine
from liftledger.engine.facts import Loaded, load, table_of
from liftledger.engine.render import column
from liftledger.engine.state.days import FactState, is_whole
from liftledger.engine.state.facts import Facts
from liftledger.engine.state.kept import DAY
from liftledger.engine.state.open import open_store

LENGTH = 86_400_000_000
TYPES = {
    "user_id": "VARCHAR", "account_id": "VARCHAR", "at": "TIMESTAMP", "name": "VARCHAR", "id": "VARCHAR",
    "amount": "DECIMAL(12, 2)", "score": "BIGINT", "good": "BOOLEAN",
}  # fmt: skip


Opened = Callable[[], AbstractContextManager[Engine]]  # a new session


class Found(msgspec.Struct, frozen=True):
    """What a refresh gave."""

    loaded: dict[str, Loaded]
    mistakes: tuple[Mistake, ...]
    days: dict[str, frozenset[int]]
    changed: dict[str, Counter]
    notes: tuple[str, ...]
    read: frozenset[str]  # names of the queries that ran


class Company:
    """A folder, its definitions, and what was stored of it."""

    def __init__(self, folder: Path, project: Project, opened: Opened = lambda: Duck(threads=1)) -> None:
        self.folder, self.project, self.opened = folder, project, opened
        self.state: dict[str, FactState] = {}
        self.rows: dict[str, Counter] = {}
        self._key, self._sequence = token_hex(8), 0

    def refreshed(self) -> Found:
        """Reads what changed and holds it against all that there is."""
        with self.opened() as duck:
            store = open_store(duck, self._kept(), self._key)
            self._sequence += 1
            facts = Facts(duck, store, self.project, self.folder, self.state, self._sequence)
            loaded, mistakes = facts.load()
            names = frozenset(query.name for query in duck.queries)
            if mistakes:
                self._same(loaded, mistakes, {}, {}, {})
                return Found(loaded, mistakes, {}, {}, (), names)
            days = {name: facts.days(name) for name in loaded}
            changed = {name: self._rows(duck, name, facts.changed(name), DAY) for name in loaded if days[name]}
            told = {
                (relation.fact, fact.name): facts.unrelated(fact.name, relation)
                for relation in self.project.relations
                for fact in self.project.facts
                if fact.keyed_by == relation.child
            }
            texts = {
                (metric.fact, metric.by): facts.categories(metric.fact, metric.by)
                for metric in self.project.metrics
                if metric.by
            }
            quick = frozenset(query.name for query in duck.queries)
            whole = {name: self._rows(duck, name, facts.whole(name)) for name in loaded}
            self._same(loaded, mistakes, whole, told, texts)
            self._exact(whole, changed, days, {name for name in loaded if facts.added(name)})
            store.commit()
            state = {name: msgspec.json.encode(one) for name, one in facts.state.items()}
            found = Found(loaded, mistakes, days, changed, tuple(facts.notes()), quick)
        self.state = {name: msgspec.json.decode(one, type=FactState) for name, one in state.items()}
        self.rows = whole
        return found

    def _kept(self) -> Path:
        place = self.folder / "state"
        place.mkdir(exist_ok=True)
        return place

    def _same(self, loaded, mistakes, whole, told, texts) -> None:
        """As if all had been read."""
        with self.opened() as duck:
            expected, complaints = load(duck, self.project, self.folder)
            loaded, expected = _unversioned(loaded), _unversioned(expected)
            assert [str(one) for one in mistakes] == [str(one) for one in complaints]
            if mistakes:
                return
            assert loaded == expected
            assert msgspec.json.encode(loaded) == msgspec.json.encode(expected)  # in the same order
            for name, rows in whole.items():
                assert rows == self._rows(duck, name, table_of(name))
            for (fact, name), found in texts.items():
                assert found == categories(duck, table_of(fact), name)
            for relation in self.project.relations:
                for name in (fact.name for fact in self.project.facts if fact.keyed_by == relation.child):
                    assert told[relation.fact, name] == unrelated(duck, table_of(name), relation)

    def _exact(self, whole: Mapping[str, Counter], changed: Mapping[str, Counter], days, added) -> None:
        """The changed days hold what they hold, or what was added to it; and no other day changed."""
        for name, rows in whole.items():
            own = self.project.fact(name)
            place = [one.name for one in held(own)].index("_at") if not is_whole(own) else None

            def day(row: Sequence, place: int | None = place) -> int:
                return 0 if place is None else row[place] // LENGTH

            known = self.rows.get(name, Counter())
            found = rows - known if name in added else rows
            assert name not in added or not known - rows
            now = Counter({row: count for row, count in found.items() if day(row) in days[name]})
            assert Counter({(*row, day(row)): count for row, count in now.items()}) == changed.get(name, Counter())
            others = [
                Counter({row: count for row, count in each.items() if day(row) not in days[name]})
                for each in (rows, known)
            ]
            assert others[0] == others[1]

    def _rows(self, engine: Engine, name: str, table: str, *more: str) -> Counter:
        names = [*(one.name for one in held(self.project.fact(name))), *more]
        return Counter(engine.rows("rows", exp.select(*map(column, names)).from_(table)))


def _unversioned(loaded: Mapping[str, Loaded]) -> dict[str, Loaded]:
    """Two sessions see a database at two moments."""
    sources = {
        name: tuple(msgspec.structs.replace(source, version=None) for source in one.sources)
        for name, one in loaded.items()
    }
    return {name: msgspec.structs.replace(one, sources=sources[name]) for name, one in loaded.items()}


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As the ending says; None is blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        with path.open("w", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows))
    else:
        columns = ", ".join(f'"{name}" {TYPES[name]}' for name in header)
        with duckdb.connect() as db:
            db.execute(f"CREATE TABLE rows ({columns})")
            if rows := list(rows):
                db.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(header))})", rows)
            db.execute(f"COPY rows TO '{path}' (FORMAT parquet)")
