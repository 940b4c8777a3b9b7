"""The records of a small company that lives on: rows in files of days, which a change adds to, corrects or loses.

Every row is exact values by column. A file is written anew only where its rows or its way of writing changed, so that
all others stay as they are on disk, as an export leaves them.
"""

import json
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tests.company import table

START, DAYS = datetime(2026, 1, 20, tzinfo=UTC), 24  # the second month begins among them
ARMS = ("plain", "fancy", "odd")
KINDS, WAYS = ("a", "B", "ä", "it's"), ("x", "y", None)
COUNTRIES = ("DE", "FR", None)

Row = dict[str, Any]

# column -> how its exact values are held in Parquet; money is in minor units, times are instants
TYPES: dict[str, dict[str, pa.DataType]] = {
    "users": {
        "user": pa.string(),
        "account": pa.string(),
        "country": pa.string(),
        "score": pa.decimal128(12, 2),
        "joined": pa.timestamp("us", tz="UTC"),
        "arm": pa.string(),
        "spend": pa.decimal128(12, 2),
        "before": pa.decimal128(12, 2),
    },
    "seen": {"user": pa.string(), "at": pa.timestamp("us", tz="UTC"), "arm": pa.string()},
    "shown": {"user": pa.string(), "at": pa.timestamp("us", tz="UTC"), "kind": pa.string()},
    "events": {
        "event": pa.string(),
        "user": pa.string(),
        "at": pa.timestamp("us", tz="UTC"),
        "kind": pa.string(),
        "way": pa.string(),
        "amount": pa.decimal128(12, 2),
        "items": pa.int64(),
        "paid": pa.bool_(),
    },
    "bills": {
        "bill": pa.string(),
        "account": pa.string(),
        "at": pa.timestamp("us", tz="UTC"),
        "until": pa.timestamp("us", tz="UTC"),
        "amount": pa.decimal128(12, 2),
    },
}
DATED = ("seen", "shown", "events", "bills")
KEYS = {"users": "user", "seen": "user", "shown": "user", "events": "user", "bills": "account"}
IDS = {"events": "event", "bills": "bill"}


class File(msgspec.Struct):
    """Rows of one fact, and the seed of the way in which they are written."""

    fact: str
    rows: list[Row]
    style: int = 0


class Records:
    """All files of the company by their place in its folder."""

    def __init__(self, chance: random.Random, forms: tuple[str, ...] = ("csv", "csv", "jsonl", "parquet")) -> None:
        self.users = [f"u{n}" for n in range(chance.choice([6, 14, 24]))]
        self.accounts = [f"k{n}" for n in range(4)]
        self.last = DAYS  # the first day that has no file yet
        self.made = 0  # names given so far, so that none is given twice
        self.forms = {fact: chance.choice(forms) for fact in TYPES}
        self.texts = {fact: chance.random() < 0.3 for fact in TYPES}  # Parquet that holds nothing but texts
        self.files: dict[str, File] = {}
        self.put("users", [self.user(chance, user) for user in self.users])
        self.put("seen", [self.assignment(chance, user, chance.randrange(DAYS - 4)) for user in self.users])
        self.put("shown", [self.exposure(chance, chance.randrange(DAYS)) for _ in self.users])
        for fact, rows in (("events", chance.choice([20, 60])), ("bills", 12)):
            dated = [self.row(chance, fact, chance.randrange(DAYS)) for _ in range(rows)]
            dated.append(self.row(chance, fact, DAYS - 1))
            cuts = sorted({0, *chance.sample(range(1, DAYS), 2)})
            for first, end in zip(cuts, [*cuts[1:], DAYS], strict=True):
                days = (START + timedelta(days=first), START + timedelta(days=end))
                if held := [row for row in dated if days[0] <= row["at"] < days[1]]:
                    self.put(fact, held)

    # --- files

    def put(self, fact: str, rows: list[Row]) -> str:
        """A new file of a fact; its place."""
        self.made += 1
        place = f"data/{fact}/{self.made:04}.{self.forms[fact]}"
        self.files[place] = File(fact, rows)
        return place

    def of(self, fact: str) -> list[str]:
        """Places of a fact's files."""
        return [place for place, file in self.files.items() if file.fact == fact]

    def rows(self, fact: str) -> list[Row]:
        return [row for place in self.of(fact) for row in self.files[place].rows]

    def write(self, folder: Path, before: Mapping[str, File] | None = None) -> None:
        """Puts on disk what differs from `before`, and removes what is no longer there."""
        before = before or {}
        for place in before.keys() - self.files.keys():
            (folder / place).unlink()
        for place, file in self.files.items():
            if before.get(place) != file:
                self.write_one(folder, place)

    def write_one(self, folder: Path, place: str) -> None:
        file, path = self.files[place], folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        types = TYPES[file.fact]
        if path.suffix == ".parquet":
            pq.write_table(_arrow(file, types, texts=self.texts[file.fact]), path)
            return
        write = writer(random.Random(file.style))
        held = [{name: write(name, row[name]) for name in types} for row in file.rows]
        if path.suffix == ".jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in held), encoding="utf-8")
        else:
            table(path, list(types), [["" if value is None else value for value in row.values()] for row in held])

    # --- rows

    def name(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def moment(self, chance: random.Random, day: int) -> datetime:
        """Any instant of a day, now and then its very first or last."""
        within = chance.choice([0, 1, 86_399_999_999, 43_200_000_000, *(chance.randrange(86_400) * 10**6,) * 8])
        return START + timedelta(days=day, microseconds=within)

    def row(self, chance: random.Random, fact: str, day: int) -> Row:
        """A new row of a dated fact."""
        if fact == "seen":
            return self.assignment(chance, chance.choice(self.users), day)
        return {"shown": self.exposure, "events": self.event, "bills": self.bill}[fact](chance, day)

    def user(self, chance: random.Random, user: str) -> Row:
        return {
            "user": user,
            "account": chance.choice([*self.accounts, None]),
            "country": chance.choice(COUNTRIES),
            "score": chance.choice([None, chance.randrange(-10, 200)]),
            "joined": self.moment(chance, chance.randrange(-5, 10)),
            "arm": chance.choice(ARMS[:2]),
            "spend": chance.randrange(10_000),
            "before": chance.randrange(10_000),
        }

    def assignment(self, chance: random.Random, user: str, day: int) -> Row:
        return {"user": user, "at": self.moment(chance, day), "arm": chance.choice(ARMS[:2])}

    def exposure(self, chance: random.Random, day: int) -> Row:
        return {"user": chance.choice(self.users), "at": self.moment(chance, day), "kind": chance.choice(KINDS[:2])}

    def event(self, chance: random.Random, day: int) -> Row:
        return {
            "event": self.name("e"),
            "user": chance.choice([*self.users, "stranger"]),
            "at": self.moment(chance, day),
            "kind": chance.choice(KINDS),
            "way": chance.choice(WAYS),
            "amount": chance.choice([0, -250, 99, chance.randrange(20_000)]),
            "items": chance.choice([None, 0, -1, chance.randrange(9)]),
            "paid": chance.choice([None, True, False]),
        }

    def bill(self, chance: random.Random, day: int) -> Row:
        return {
            "bill": self.name("b"),
            "account": chance.choice([*self.accounts, "nobody"]),
            "at": self.moment(chance, day),
            "until": chance.choice([None, self.moment(chance, day + chance.randrange(-1, 12))]),
            "amount": chance.randrange(50_000),
        }

    def corrected(self, chance: random.Random, fact: str, row: Row) -> Row:
        """The row with one or two other values; its id stays."""
        day = (row["at"] - START).days if "at" in row else 0
        other = self.user(chance, row["user"]) if fact == "users" else self.row(chance, fact, day)
        names = [name for name in row if name not in (IDS.get(fact), "user" if fact == "users" else None)]
        return row | {name: other[name] for name in chance.sample(names, min(len(names), chance.choice([1, 2])))}


def _arrow(file: File, types: Mapping[str, pa.DataType], *, texts: bool) -> pa.Table:
    if texts:
        write = writer(random.Random(file.style))
        return pa.table({name: pa.array([write(name, row[name]) for row in file.rows], pa.string()) for name in types})
    held = {name: [_typed(kind, row[name]) for row in file.rows] for name, kind in types.items()}
    return pa.table({name: pa.array(held[name], kind) for name, kind in types.items()})


def _typed(kind: pa.DataType, value: Any) -> Any:
    return Decimal(value).scaleb(-2) if pa.types.is_decimal(kind) and value is not None else value


def writer(chance: random.Random) -> Callable[[str, Any], str | None]:
    """Writes values as text, each in one of the ways that mean the same."""

    def write(name: str, value: Any) -> str | None:
        match value:
            case None:
                return None
            case bool():
                return chance.choice({True: ("true", "Yes", "1"), False: ("false", "n", "0")}[value])
            case datetime():
                return value.isoformat(chance.choice(" T"))
            case Decimal():
                return str(value)
            case int() if name in ("amount", "spend", "before", "score"):
                return f"{Decimal(value).scaleb(-2):f}" + chance.choice(["", "0"])
            case int():
                return chance.choice([str(value), f"{value}.0", f" {value} "])
        return str(value)

    return write


def same(rows: Iterable[Row]) -> list[Row]:
    """Copies of rows."""
    return [dict(row) for row in rows]
