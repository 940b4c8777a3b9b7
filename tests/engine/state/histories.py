"""Random histories of a few units: who entered which study when, and what they did, as tables of an engine.

Ties are frequent on purpose: starts and rows at midnight, at the edges of spans, in one microsecond.
"""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import count as numbers

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.domain.measure import Plan, plan
from liftledger.domain.metric import Cap, Metric, Term
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.scan import Scan
from tests.engine.asked import given_rows
from tests.engine.direct import column, dated, equals, study, wide
from tests.engine.records import INTEGER, field

FIRST, DAYS = micros("2026-01-01"), 14
LAST = FIRST + DAYS * DAY
AMOUNT, ITEMS, KIND = field(INTEGER, "amount"), field(INTEGER, "items", optional=True), field(name="kind")
SPEND, BEFORE = field(INTEGER, "spend"), field(INTEGER, "before")
EVENTS, PEOPLE = dated("events", AMOUNT, ITEMS, KIND), wide("people", SPEND, BEFORE)
ARMS, COUNTRIES, TIERS, KINDS = "ab", ("", "DE", "FR"), ("free", "pro"), ("buy", "view")
TYPES = {"events": "VARCHAR BIGINT BIGINT BIGINT VARCHAR", "people": "VARCHAR BIGINT BIGINT"}
NAMES = {"events": "_unit _at amount items kind", "people": "_unit spend before"}
names = numbers(1)

Row = tuple[object, ...]


class Entry(msgspec.Struct, frozen=True):
    """How a unit is in a study."""

    arm: int
    start: int
    country: str
    tier: str


def metrics() -> list[Metric]:
    """Of every kind; windows of whole days, of less than one, and of both."""
    bought = equals(KIND, "buy")
    amount, items, any_ = Term(column(AMOUNT)), Term(column(ITEMS)), Term()
    buys, spent = Term(where=bought), Term(column(AMOUNT), bought)
    week, both = {"window": 3 * DAY}, {"window": 2 * DAY, "lookback": 3 * DAY}
    short = {"window": 30 * HOUR, "lookback": 5 * HOUR, "delay": HOUR}
    cap, share = Cap(low=-3, high=4), Cap(low_percentile=1000, high_percentile=8000)
    return [
        Metric("did", "conversion", "events", buys, **both),
        Metric("ever", "conversion", "events", buys),
        Metric("rows_of", "count", "events", any_),
        Metric("frequent", "count", "events", any_, cap=Cap(high=2)),
        Metric("spent", "sum", "events", spent, **short),
        Metric("worth", "sum", "events", amount, lookback=2 * DAY),
        Metric("capped", "sum", "events", amount, cap=cap, **both),
        Metric("limited", "sum", "events", amount, cap=cap),
        Metric("clipped", "sum", "events", amount, cap=share, **week),
        Metric("basket", "mean", "events", items, **both),
        Metric("late", "mean", "events", items, delay=36 * HOUR),
        Metric("price", "ratio", "events", amount, items, **week),
        Metric("pace", "rate", "events", buys, **short),
        Metric("always", "rate", "events", any_, lookback=DAY, delay=7 * HOUR),
        Metric("wide", "sum", "people", Term(column(SPEND)), covariate=Term(column(BEFORE))),
        Metric("held", "sum", "people", Term(column(SPEND)), cap=cap),
    ]


def planned(*asked: str, of: str = "events") -> Plan:
    """Measures of the metrics asked for, or of all of a fact."""
    chosen = [one for one in metrics() if one.fact == of and (not asked or one.name in asked)]
    return plan(chosen, (EVENTS, PEOPLE))


class History:
    """Some studies' units, and the rows of a fact."""

    def __init__(self, seed: int, *, of: str = "events", studies: int = 2, undated: bool = False) -> None:
        self.chance = random.Random(seed)
        self.fact, self.undated = (EVENTS if of == "events" else PEOPLE), undated
        self.units = [f"u{place}" for place in range(12)]
        self.studies = [study(f"s{place}", EVENTS, ()) for place in range(studies)]
        self.entered = [{u: self.entry() for u in self.units if self.chance.random() < 0.8} for _ in range(studies)]
        most = 120 if of == "events" else len(self.units)
        self.rows: list[Row] = [self.row(place) for place in range(most)]

    def some(self) -> Plan:
        """Measures of a few metrics of the fact."""
        asked = [one.name for one in metrics() if one.fact == self.fact.name]
        return planned(*self.chance.sample(asked, min(3, len(asked))), of=self.fact.name)

    def moment(self) -> int:
        """Often a midnight or an hour, so that many are tied and lie at the edge of a span."""
        at = FIRST + self.chance.randrange(DAYS * DAY)
        return at - at % self.chance.choice([DAY, DAY, HOUR, HOUR, 1])

    def entry(self) -> Entry:
        pick = self.chance.choice
        start = 0 if self.undated else self.moment()
        return Entry(self.chance.randrange(len(ARMS)), start, pick(COUNTRIES), pick(TIERS))

    def row(self, place: int = 0) -> Row:
        if self.fact.wide:
            return (self.units[place], self.chance.randint(-5, 9), self.chance.randint(0, 9))
        items = self.chance.choice([None, 0, 1, 2, 3])
        amount, unit = self.chance.randint(-5, 9), self.chance.choice([*self.units, "stranger"])
        return (unit, self.moment(), amount, items, self.chance.choice(KINDS))

    def change(self) -> set[int]:
        """Rows that are new, late, corrected or gone, and units that moved; the days whose rows changed."""
        before = list(self.rows)
        for _ in range(self.chance.choice([0, 0, 1, 3, 12])):
            place = self.chance.randrange(len(self.rows))
            match self.chance.choice(["new", "late", "corrected", "gone"]) if not self.fact.wide else "corrected":
                case "new":
                    self.rows.append((self.rows[place][0], LAST + self.chance.randrange(DAY), *self.row()[2:]))
                case "late":
                    self.rows.append(self.row())
                case "corrected":
                    self.rows[place] = self.row(place)
                case "gone":
                    self.rows.pop(place)
        for entered in self.entered:
            for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
                self._move(entered)
        gone, new = Counter(before), Counter(self.rows)
        return {day_of(self.fact, row) for row in {*(gone - new), *(new - gone)}}

    def _move(self, entered: dict[str, Entry]) -> None:
        unit, other = self.chance.choice(self.units), self.entry()
        if unit not in entered:
            entered[unit] = other
        elif self.chance.random() < 0.3 and len(entered) > 2:
            entered.pop(unit)
        else:
            part = self.chance.choice(["arm", "start", "country", "tier"])
            entered[unit] = msgspec.structs.replace(entered[unit], **{part: getattr(other, part)})

    def scan(self, engine: Engine, plan: Plan, *, as_of: int = LAST, rows: Sequence[Row] | None = None) -> Scan:
        """New tables of the rows and of the units that entered before as_of."""
        number, name = next(names), self.fact.name
        held = self.rows if rows is None else rows
        table = given(engine, f"given_{name}_{number}", NAMES[name], TYPES[name], held)
        cohorts = tuple(self._cohort(engine, place, as_of, number) for place in range(len(self.studies)))
        return Scan(f"{name}_{number}", self.fact, table, cohorts, plan, as_of, len(held))

    def _cohort(self, engine: Engine, place: int, as_of: int, number: int) -> Cohort:
        study, entered = self.studies[place], self.entered[place].items()
        tiers = place == 0
        rows = [(unit, one.arm, one.start, one.country, one.tier) for unit, one in entered if one.start < as_of]
        columns = f"_unit _arm _start _by_country {'_by_tier' if tiers else 'unused'}"
        table = given(engine, f"cohort_{study.name}_{number}", columns, "VARCHAR INTEGER BIGINT VARCHAR VARCHAR", rows)
        return Cohort(study, "user", table, ("country", "tier") if tiers else ("country",), not self.undated)


def day_of(fact: Fact, row: Row) -> int:
    """The partition that a row belongs to."""
    return 0 if fact.wide else int(str(row[1])) // DAY


def given(engine: Engine, name: str, columns: str, types: str, rows: Sequence[Row]) -> str:
    """A table of the engine."""
    nobody = ("nobody", *(None for _ in types.split()[1:]))
    texts = [[None if value is None else str(value) for value in row] for row in [*rows, nobody]]
    view = given_rows(engine, types.split(), texts)
    named = [exp.alias_(exp.column(letter), one) for letter, one in zip("abcdef", columns.split(), strict=False)]
    engine.table(name, exp.select(*named).from_(view).where("a <> 'nobody'"))
    return name
