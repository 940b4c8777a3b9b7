"""A random project: small tables of everything that a record may hold, and a metric of every kind over them.

Values are hostile on purpose: blanks, repeats, ties in one microsecond, numbers near what 64 and 128 bits can hold,
nights in which clocks change, and texts that look like SQL, differ in case only, or are the same to the eye.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from liftledger.domain.slug import slug
from tests.elsewhere import define

ASKED = 10  # metrics of one project
START, DAYS = datetime(2024, 10, 20, tzinfo=UTC), 40
TEXTS = (
    *("a", "A", "ä", "a\u0308", "Ä", "ß", "ss", "SS", "İ", "i", "ı", "I", "é", "e\u0301"),
    *("it's", 'say "so"', "''", '"', "\\", "\\\\", "\\n", "a\nb", "a\r\nb", "tab\there", "semi;colon", ";"),
    *("'; DROP TABLE events; --", "/* */", "--", "$1", "%s", "{x}", ":name", "?", "%", "_", "a%", "a_"),
    *(" a", "a ", " a ", "  ", "a\u00a0", "\u00a0", "\u200b", "\ufeff", "🙂", "👩‍👩‍👧", "\U0001f1e9\U0001f1ea"),
    *("NULL", "null", "None", "NaN", "true", "0", "00", "0.0", "1e3", "-", "x" * 300, "ﬀ", "ſ", "K"),
)
NAMES = (
    *('we"ird', "it's", "SELECT", "Group By", "UPPER", "Upper", "uPPER", "semi;colon", "a.b", "back\\slash", "täg"),
    *(
        "ta\u0308g",
        "🙂",
        " lead",
        "trail ",
        "a  b",
        "X" + "x" * 59,
        "'; DROP TABLE events; --",
        "100%",
        "{x}",
        "$1",
        "[x]",
    ),
)
ARMS = [text for text in TEXTS if text.isprintable() and any(sign.isalnum() for sign in text)]
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"),
    *("America/St_Johns", "Africa/Casablanca", "Atlantic/Azores"),
)
# Nights in which clocks change, of those zones, within the days of the records
NIGHTS = (datetime(2024, 10, 27), datetime(2024, 11, 3), datetime(2024, 10, 6))
# Third powers of a unit's sums are added up: near 10^38 with `edge`, beyond with `huge`
INTEGERS = {"small": 50, "large": 10**9, "edge": 10**12, "huge": 10**18 - 1}
MONEY = {"small": 50, "large": 10**9, "edge": 10**12, "huge": 10**16 - 1}


class Shape(msgspec.Struct, frozen=True):
    """How a column of the source is written: as a type of its own, or as text."""

    kind: pa.DataType
    write: Any  # the exact value -> what the source holds
    parsed: bool = False  # text that holds a value of another type, and so may hold one that does not fit


class Tables:
    """The tables of one seed and the definitions over them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        chance = self.chance
        self.size = chance.choice(["small", "small", "small", "large", "edge", "huge"])
        self.dirt = chance.choice([0, 0.02, 0.1])  # share of values that do not fit
        self.reject = chance.random() < 0.85
        self.numbered = chance.random() < 0.3
        self.arms = self._sample(ARMS, 3, slug)
        self.units = self._names(chance.choice([8, 25, 60]), self.numbered)
        self.accounts = self._names(6, numbered=False)
        self.kinds = chance.sample([text for text in TEXTS if text.strip() == "" or text.isprintable()], 4)
        self.instants = [START + timedelta(microseconds=chance.randrange(DAYS * 86_400_000_000)) for _ in range(25)]
        self.instants += [START + timedelta(days=chance.randrange(DAYS)) for _ in range(5)]
        self.tables: dict[str, pa.Table] = {}
        self.facts: dict[str, Any] = {}
        self._people()
        self._seen()
        self._events()
        self._bills()

    def write(self, folder: Path) -> Path:
        """The project's folder, for DuckDB."""
        (folder / "data").mkdir(parents=True)
        for name, table in self.tables.items():
            pq.write_table(table, folder / f"data/{name}.parquet", row_group_size=64)
        define(self.definitions(), folder)
        return folder

    def _names(self, count: int, numbered: bool) -> list[Any]:
        if numbered:
            return [self.chance.choice([n, -n, 10**18 - n, -(2**62) + n]) for n in range(1, count + 1)]
        few = self.chance.sample(TEXTS, min(count // 2, len(TEXTS)))
        return [*few, *(f"u{n}" for n in range(count - len(few)))]

    def _sample(self, texts: Sequence[str], count: int, same: Callable[[str], str]) -> list[str]:
        """Some of the texts, no two of which are the same in that sense."""
        found = {same(text): text for text in self.chance.sample(texts, len(texts))}
        return list(found.values())[:count]

    # --- columns

    def _shape(self, *shapes: Shape) -> Shape:
        return self.chance.choice(shapes)

    def _text(self) -> Shape:
        return Shape(pa.string(), lambda value: value)

    def _label(self) -> tuple[Shape, list[Any]]:
        """Values of any type that definitions take as text."""
        days = [date(1969, 12, 31), date(2024, 2, 29), date(999, 1, 1)]
        return self.chance.choice(
            [
                (self._text(), self.kinds),
                (self._text(), self.kinds),
                (Shape(pa.int32(), int), [-1, 0, 7]),
                (Shape(pa.int64(), int), [-(2**63), 0, 2**63 - 1]),
                (Shape(pa.bool_(), bool), [True, False]),
                (Shape(pa.date32(), lambda day: day), days),
                (Shape(pa.decimal128(9, 3), Decimal), ["1.500", "-0.001", "0"]),
                (Shape(pa.float64(), float), [0.1, -2.5, 17.0, 1e-3, 123456.75]),
            ]
        )

    def _unit(self) -> Shape:
        return Shape(pa.int64(), int) if self.numbered else self._text()

    def _integer(self, *, small: bool = False) -> Shape:
        text = Shape(
            pa.string(), lambda n: self.chance.choice([str(n), f" {n} ", f"{n}.", f"{n}.00", f"{n:+}"]), parsed=True
        )
        whole = Shape(pa.int64(), lambda n: n)
        decimal = Shape(pa.decimal128(20, 0), Decimal)
        tiny = [Shape(pa.int16(), lambda n: n), Shape(pa.int32(), lambda n: n), Shape(pa.float32(), float)]
        return self._shape(text, whole, decimal, *([*tiny, Shape(pa.float64(), float)] if small else []))

    def _decimal(self, scale: int, most: int) -> Shape:
        text = Shape(
            pa.string(), lambda n: f"{Decimal(n).scaleb(-scale):f}" + self.chance.choice(["", "0", "00"]), parsed=True
        )
        exact = Shape(pa.decimal128(38, scale), lambda n: Decimal(n).scaleb(-scale))
        floats = Shape(pa.float64(), lambda n: float(Decimal(n).scaleb(-scale)))
        return self._shape(text, exact, *([floats] if most < 10**9 else []))

    def _boolean(self) -> Shape:
        words = {True: ("true", "T", "Yes", " y", "1"), False: ("False", "f", "NO", "n ", "0")}
        text = Shape(pa.string(), lambda b: self.chance.choice(words[b]), parsed=True)
        return self._shape(text, Shape(pa.bool_(), lambda b: b))

    def _time(self) -> tuple[Shape, dict[str, str]]:
        zone = self.chance.choice(ZONES)
        clock = ZoneInfo(zone)

        def shown(instant: datetime) -> datetime:
            return instant.astimezone(clock).replace(tzinfo=None)

        written = Shape(pa.string(), lambda t: shown(t).isoformat(self.chance.choice(" T")), parsed=True)
        offset = Shape(pa.string(), lambda t: t.astimezone(clock).isoformat(" "), parsed=True)
        naive = Shape(pa.timestamp("us"), shown)
        instant = Shape(pa.timestamp("us", tz="UTC"), lambda t: t)
        unix = Shape(pa.int64(), lambda t: (t - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
        day = Shape(pa.date32(), lambda t: shown(t).date())
        found = self.chance.choice([written, written, offset, naive, instant, unix, day])
        if found is unix:
            return found, {"format": "unix_us"}
        return found, {} if found in (instant, offset) else {"timezone": zone}

    # --- values

    def _instant(self) -> datetime:
        if self.chance.random() < 0.15:  # near the hours that clocks skip or show twice
            night = self.chance.choice(NIGHTS).replace(tzinfo=UTC)
            return night + timedelta(hours=self.chance.randrange(-14, 14), minutes=self.chance.choice([0, 29, 30, 59]))
        if self.chance.random() < 0.5:
            return self.chance.choice(self.instants)
        return START + timedelta(microseconds=self.chance.randrange(DAYS * 86_400_000_000))

    def _whole(self, most: int) -> int:
        return self.chance.choice([0, 1, -1, most, -most, self.chance.randint(-most, most), self.chance.randint(0, 9)])

    def _array(self, shape: Shape, values: Sequence[Any], *, optional: bool = False) -> pa.Array:
        held = [None if value is None else shape.write(value) for value in values]
        if shape.parsed:
            held = [self._spoilt(value, optional=optional) for value in held]
        return pa.array(held, shape.kind)

    def _spoilt(self, value: str | None, *, optional: bool) -> str | None:
        if value is None and optional:
            return self.chance.choice(["", " ", None])
        return self.chance.choice(TEXTS) if self.chance.random() < self.dirt else value

    def _maybe(self, value: Any, share: float = 0.2) -> Any:
        return None if self.chance.random() < share else value

    # --- facts

    def _keep(self, name: str, fact: dict[str, Any], columns: dict[str, tuple[Any, pa.Array]]) -> None:
        """`columns`: name in expressions -> how it is declared, its values; under hostile names in the source."""
        hidden = self._sample(NAMES, len(columns), str.lower)  # DuckDB tells no columns apart by case
        named = dict(zip(columns, hidden, strict=True))
        self.tables[name] = pa.table({named[column]: values for column, (_, values) in columns.items()})
        declared = {}
        for column, (kind, _) in columns.items():
            if column in ("unit", "id"):
                fact[column] = named[column]
            elif column == "time":
                fact["time"] = {"column": named[column]} | kind
            else:
                declared[column] = (kind if isinstance(kind, dict) else {"type": kind}) | {"column": named[column]}
        rejecting = {"on_bad_row": "reject"} if self.reject else {}
        self.facts[name] = {"files": f"data/{name}.parquet", **fact, **rejecting, "columns": declared}

    def _people(self) -> None:
        """One row a user: accounts, countries, a score, and when they joined."""
        users = [user for user in self.units if self.chance.random() < 0.9]
        joined, zone = self._time()
        label, labels = self._label()
        score, spend = self._decimal(3, 10**6), self._decimal(2, MONEY[self.size])
        floor = self.chance.choice(["small", self.size])
        values = {
            "unit": ({}, self._array(self._unit(), users)),
            "account": (
                {"type": "text", "optional": True},
                self._array(self._text(), [self._maybe(self.chance.choice(self.accounts), 0.1) for _ in users]),
            ),
            "country": (
                {"type": "text", "optional": True},
                self._array(label, [self._maybe(self.chance.choice(labels)) for _ in users]),
            ),
            "score": (
                {"type": "decimal", "scale": 3, "optional": True},
                self._array(score, [self._maybe(self.chance.randint(-10, 2000)) for _ in users], optional=True),
            ),
            "joined": ({"type": "time", **zone}, self._array(joined, [self._instant() for _ in users])),
            "spend": ("money", self._array(spend, [self._whole(MONEY[floor]) for _ in users])),
            "before": ("money", self._array(spend, [self._whole(MONEY[floor]) for _ in users])),
        }
        self._keep("people", {"keyed_by": "user"}, values)

    def _seen(self) -> None:
        """Assignments, some of a user to several arms, some at one instant, some to an arm that the study lacks."""
        rows = [user for user in self.units for _ in range(self.chance.choice([1, 1, 1, 2]))]
        at, zone = self._time()
        arms = [*self.arms, *self.arms, self.chance.choice(TEXTS)] if self.chance.random() < 0.1 else self.arms
        values = {
            "unit": ({}, self._array(self._unit(), rows)),
            "time": (zone, self._array(at, [self._instant() for _ in rows])),
            "arm": ("text", self._array(self._text(), [self.chance.choice(arms) for _ in rows])),
        }
        self._keep("seen", {"keyed_by": "user"}, values)

    def _events(self) -> None:
        """What users did: numbers of each type, some blank, some rows twice."""
        count = self.chance.choice([20, 120, 300])
        rows = [self._event(place) for place in range(count)]
        rows += self.chance.choices(rows, k=self.chance.choice([0, count // 10]))
        most, money = INTEGERS[self.size], MONEY[self.size]
        at, zone = self._time()
        shapes = {
            "amount": ("money", self._decimal(2, money)),
            "items": ({"type": "integer", "optional": True}, self._integer(small=most < 1000)),
            "weight": ({"type": "decimal", "scale": 4, "optional": True}, self._decimal(4, money)),
            "paid": ({"type": "boolean", "optional": True}, self._boolean()),
            "kind": ("text", self._text()),
            "way": ({"type": "text", "optional": True}, self._text()),
        }
        values = {
            "unit": ({}, self._array(self._unit(), [row["unit"] for row in rows])),
            "time": (zone, self._array(at, [row["time"] for row in rows])),
        }
        for name, (kind, shape) in shapes.items():
            optional = isinstance(kind, dict) and kind.get("optional", False)
            values[name] = (kind, self._array(shape, [row[name] for row in rows], optional=optional))
        fact: dict[str, Any] = {"keyed_by": "user"}
        if self.chance.random() < 0.4:
            values["id"] = ("text", self._array(self._text(), [row["id"] for row in rows]))
        if self.chance.random() < 0.4:
            fact["merge"] = [
                {"same": ["kind"], "differs": ["way"], "within": self.chance.choice(["1h", "7d"])},
                {"same": ["way", "items"]},
            ][: self.chance.choice([1, 2])]
        one, other = self.chance.sample(self.kinds, 2)
        if self.chance.random() < 0.3:
            fact["impossible"] = [{"row": f"kind = {_quoted(one)}", "after": f"kind = {_quoted(other)} and amount > 0"}]
        if self.chance.random() < 0.3:
            fact["must"] = [f"kind <> {_quoted(one)} or coalesce(items, 0) >= 0"]
        self._keep("events", fact, values)

    def _event(self, place: int) -> dict[str, Any]:
        chance = self.chance
        return {
            "unit": chance.choice(self.units),
            "time": self._instant(),
            "id": f"{chance.choice(TEXTS)}{place}",
            "amount": self._whole(MONEY[self.size]),
            "items": self._maybe(self._whole(INTEGERS[self.size])),
            "weight": self._maybe(self._whole(MONEY[self.size] // 100)),
            "paid": self._maybe(chance.random() < 0.5),
            "kind": chance.choice(self.kinds),
            "way": self._maybe(chance.choice(self.kinds)),
        }

    def _bills(self) -> None:
        """What accounts paid, and accounts that nobody knows."""
        owners = [self.chance.choice([*self.accounts, "nobody"]) for _ in range(40)]
        at, zone = self._time()
        money = self._decimal(2, MONEY[self.size])
        values = {
            "unit": ({}, self._array(self._text(), owners)),
            "time": (zone, self._array(at, [self._instant() for _ in owners])),
            "amount": ("money", self._array(money, [self._whole(MONEY[self.size]) for _ in owners])),
        }
        self._keep("bills", {"keyed_by": "account"}, values)

    # --- definitions

    def definitions(self) -> dict[str, Any]:
        metrics = self._metrics()
        asked = self.chance.sample(list(metrics), ASKED)
        return {
            "company": "Random",
            "currency": "USD",
            "as_of": str((START + timedelta(days=DAYS)).date()),
            "facts": self.facts,
            "units": {"user": {"account": {"fact": "people", "column": "account"}}, "account": {}},
            "dimensions": {
                "country": {"fact": "people", "column": "country"},
                "score": {"fact": "people", "column": "score", "bands": {"low": -0.005, "high": 0.9}},
                "latest": {"fact": "events", "column": "items", "at": "start", "bands": {"none": 0, "some": 1}},
            },
            "metrics": {name: metrics[name] for name in asked},
            "studies": self._studies(asked),
        }

    def _metrics(self) -> dict[str, Any]:
        one, other = (f"kind = {_quoted(kind)}" for kind in self.chance.sample(self.kinds, 2))
        window = {"window": self.chance.choice(["6h", "7d", "20d"])}
        both = window | {"lookback": self.chance.choice(["7d", "20d"])}
        by = {"dimensions": self.chance.sample(["country", "score", "latest", "started"], 2)}
        listed = f"kind in ({_quoted(self.kinds[0])}, {_quoted(self.kinds[1])}) and not coalesce(paid, false)"
        onset = self.chance.choice([{"fact": "people", "column": "joined"}, {"fact": "events", "where": other}])
        events, bills = {"fact": "events"}, {"fact": "bills"}
        low, high = self.chance.choice([(None, "p90.5"), ("p5", "p99"), (-20, 80.5)])
        cap = {"cap": {"high": high} | ({} if low is None else {"low": low})}
        product = "amount * items" if self.size == "small" else "amount - 2 * amount"
        return {
            "did": {"kind": "conversion", **events, "where": one, **both, **by},
            "dated": {"kind": "conversion", **events, "where": "time >= '2024-10-27 01:00:00'"},
            "rows_of": {"kind": "count", **events, "by": "kind"},
            "frequent": {"kind": "count", **events, **window, "cap": {"high": "p75"}},
            "spent": {"kind": "sum", **events, "value": "amount", "where": listed, **both, "delay": "1h"},
            "times": {"kind": "sum", **events, "value": product},
            "items": {"kind": "sum", **events, "value": "abs(coalesce(items, 0))", **window, **by},
            "capped": {"kind": "sum", **events, "value": "amount", **both, **cap},
            "basket": {"kind": "mean", **events, "value": "items", **both},
            "weight": {"kind": "mean", **events, "value": "weight - 0.5"},
            "price": {"kind": "ratio", **events, "numerator": "amount", "denominator": "items", **both},
            "share": {
                "kind": "ratio",
                **events,
                "numerator": {"value": "rows", "where": "paid"},
                "denominator": "rows",
            },
            "pace": {"kind": "rate", **events, "where": one, "per": "30d", **both, "delay": "3h", "by": "kind"},
            "always": {"kind": "rate", **events, **by},
            "billed": {"kind": "sum", **bills, "value": "amount", **window},
            "wide": {"kind": "sum", "fact": "people", "value": "spend", "covariate": "before"},
            "first": {"kind": "time_to", **events, "where": one, "horizon": "10d", "marks": ["1d"], **by},
            "next": {
                "kind": "time_to",
                **events,
                "where": one,
                "from": onset,
                "horizon": "9d",
                "grid": "3h",
                "recurring": True,
                "textbook": True,
            },
            "stays": {
                "kind": "retention",
                **events,
                "where": one,
                "after": "3h",
                "within": "9d",
                "lookback": "9d",
                **by,
            },
            "returns": {"kind": "retention", **events, "from": onset, "after": "2d", "within": "5d", **by},
            "twice": {"kind": "repeat", **events, "where": listed, **both, **by},
            "settled": {"kind": "time_to", **bills, "horizon": "20d"},
        }

    def _studies(self, asked: Sequence[str]) -> dict[str, Any]:
        dated = {"assignment": {"fact": "seen", "arm": "arm"}, "control": self.arms[0], "arms": self.arms}
        exposure = {"exposure": {"fact": "events", "where": f"kind = {_quoted(self.kinds[0])}"}}
        return {
            "test": {"kind": "experiment", "unit": "user", **dated},
            "watched": {
                "kind": "experiment",
                "unit": "user",
                **dated,
                **exposure,
                "metrics": asked[:3],
            },
            "found": {
                "kind": "observational",
                "unit": "user",
                "population": {"fact": "events"},
                "metrics": asked[3:6],
            },
        }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
