"""The facts of one refresh: changed days are read, all else is known from the last time."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.due import Due
from liftledger.domain.fact import Fact
from liftledger.domain.grouping import grouped
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.study import Relation
from liftledger.engine import categories as read_categories
from liftledger.engine.columns import ID, UNIT, Columns
from liftledger.engine.engine import Engine, Refusal
from liftledger.engine.facts import (
    Loaded,
    known_by,
    load_fact,
    make_again,
    make_some,
    no_rows,
    numeric_kinds,
    table_of,
    text_total,
)
from liftledger.engine.render import column, commented, integer, named
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.unreadable import unreadable
from liftledger.engine.state.days import (
    TEXTS,
    WHOLE,
    FactState,
    Strangers,
    day_of,
    loaded,
    measure,
    more,
    of_whole,
    with_texts,
)
from liftledger.engine.state.file_supply import FileSupply
from liftledger.engine.state.kept import DAY, Kept
from liftledger.engine.state.plan import Plan, key_of, parents_on, plan
from liftledger.engine.state.store import Store
from liftledger.engine.state.strangers import count_strangers, lost, roll_of, unknown_rows
from liftledger.engine.state.supply import Arrived, Supply
from liftledger.engine.state.table import TableLook
from liftledger.engine.state.table_supply import TableSupply
from liftledger.engine.template import fill

RESTING = "units, metrics or studies that rest on it changed"
ENTERED = "units entered a study"


class Facts:
    """The records of a project as one refresh sees them. What is asked first is `load`.

    `sequence` numbers the refresh: it is in the names of what is kept.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        project: Project,
        folder: Path,
        before: Mapping[str, FactState],
        sequence: int,
        planned: Mapping[str, Plan] | None = None,
    ) -> None:
        self.state: dict[str, FactState] = {}  # to be stored, once nothing more is asked
        self._engine, self._store, self._project, self._folder = engine, store, project, folder
        self._before, self._sequence = dict(before), sequence
        missing = store.missing([name for one in before.values() for name in one.tables])
        self._intact = {name: one for name, state in before.items() if (one := state.without(missing)) is not None}
        self._forgotten: set[str] = set()
        self._planned = planned or {one.fact: one for one in plan(project, folder, before)}
        self._supplies: dict[str, Supply] = {}
        self._days: dict[str, frozenset[int]] = {}
        self._added: set[str] = set()  # facts whose changed days hold what they held, and more
        self._every: dict[str, exp.Select] = {}  # facts of which all rows changed, and these
        self._made: set[str] = set()  # facts whose whole table is there
        self._since: dict[tuple[str, int], str] = {}  # tables of facts' rows from a day on
        self._numeric: frozenset[str] = frozenset()

    def load(self) -> tuple[dict[str, Loaded], tuple[Mistake, ...]]:
        """The same as `facts.load`, from the rows of changed days."""
        raws: dict[str, Raw] = {}
        mistakes: list[Mistake] = []
        for fact in self._project.facts:
            self._engine.tell(f"{fact.name}: source")
            found = self._open(fact)
            if isinstance(found, Raw):
                raws[fact.name] = found
            else:
                mistakes += found
        self._numeric = numeric_kinds(self._project, raws)
        for name, raw in raws.items():
            try:
                result = self._refreshed(name, raw)
            except Refusal as refusal:
                result = (unreadable(self._engine, self._supplies[name].opened(), refusal),)
            if isinstance(result, FactState):
                result = self._with_ids(result, name)
            if isinstance(result, FactState):
                doubts = self._before[name].doubts if name in self._before else 0
                self.state[name] = msgspec.structs.replace(result, doubts=doubts)
            else:
                mistakes += result
        return {name: self._loaded(name) for name in self.state}, tuple(mistakes)

    def days(self, fact: str) -> frozenset[int]:
        """Days that hold other rows than last time, or did; of a fact that is read whole {0}."""
        return self._days[fact]

    def changed(self, fact: str) -> str:
        """Name of a table with the rows of changed days, as in `table_of(fact)`, and their `_day`.

        They are all that these days hold now, or only what was `added`.
        """
        return f"changed_{fact}"

    def added(self, fact: str) -> bool:
        """Whether the changed days hold what they held last time and, in addition, the rows of `changed`."""
        return fact in self._added

    def whole(self, fact: str) -> str:
        """`table_of(fact)` with all its rows, made where nobody asked for it yet."""
        if fact in self._every and fact not in self._made:
            self._engine.view(table_of(fact), self._every[fact])
        elif fact not in self._made:
            raw = self._supplies[fact].whole()
            if mistakes := make_again(self._engine, Columns(raw, self._number(fact))) if isinstance(raw, Raw) else raw:
                raise Mistakes(mistakes)
        self._made.add(fact)
        return table_of(fact)

    def since(self, fact: str, day: int) -> str:
        """Name of a table like `whole` with at least all its rows from a day on."""
        if fact in self._made or fact in self._every or self._supplies[fact].is_whole:
            return self.whole(fact)
        if (fact, day) not in self._since:
            raw = self._supplies[fact].since(day)
            if isinstance(raw, tuple):
                raise Mistakes(raw)
            table = self._since[fact, day] = f"since_{len(self._since)}_{fact}"
            make_some(self._engine, Columns(raw, self._number(fact)), table)
        return self._since[fact, day]

    def categories(self, fact: str, column: str) -> tuple[str, ...]:
        """Each text of a column once, in the order of their code points; '' where some row has none."""
        found: set[str] = set()
        for day in self.state[fact].days.values():
            texts = day.texts.get(column)
            if texts is None:
                return read_categories.categories(self._engine, self.whole(fact), column)
            found.update(texts)
        return tuple(sorted(found))

    def unrelated(self, fact: str, relation: Relation) -> int:
        """Units that have rows of a fact, and that the relation gives no parent."""
        return self._strangers(fact, relation.fact, relation.column).units

    def dues(self) -> tuple[Due, ...]:
        """What was read of each fact until now, and why."""
        return tuple(self._due(name) for name in self._planned)

    def _due(self, name: str) -> Due:
        resting = (RESTING,) if name in self._made else ()
        planned, days, first = self._planned[name], self._days.get(name), self._first_read(name)
        if resting or first is None or days is None:
            return planned.due(days, resting, added=self.added(name))
        recent = {day for day in self.state[name].days if day >= first}
        return planned.due(days | recent, perhaps=(ENTERED,))

    def _first_read(self, name: str) -> int | None:
        """The first day from which on the rows of a fact were read."""
        return min((day for fact, day in self._since if fact == name), default=None)

    def notes(self) -> Iterator[str]:
        """What a person should know: «orders: 1 200 fewer rows than last time»."""
        for name, state in self.state.items():
            if name in self._before:
                fewer = _rows(self._before[name]) - _rows(state)
                if fewer > 0:
                    yield f"{name}: {grouped(fewer)} fewer {'row' if fewer == 1 else 'rows'} than last time"

    def _open(self, fact: Fact) -> Raw | tuple[Mistake, ...]:
        planned = self._planned[fact.name]
        if isinstance(planned.look, Mistake):
            return (planned.look,)
        supply: Supply
        if isinstance(planned.look, TableLook):
            supply = TableSupply(self._engine, fact, self._folder, planned.look)
        else:
            supply = FileSupply(self._engine, fact, planned.look)
        self._supplies[fact.name] = supply
        before = self._intact.get(fact.name)
        if before is None or before.key != key_of(self._project, fact):
            supply.forget()
            self._forgotten.add(fact.name)
        return supply.open()

    def _known(self, name: str) -> FactState | None:
        """What is known of a fact from the last time and still holds."""
        return None if name in self._forgotten else self._intact[name]

    def _number(self, name: str) -> bool:
        return self._project.fact(name).keyed_by in self._numeric

    def _refreshed(self, name: str, raw: Raw) -> FactState | tuple[Mistake, ...]:
        fact, supply, before = self._project.fact(name), self._supplies[name], self._known(name)
        if before is not None and before.number != self._number(name):
            supply.forget()
            self._forgotten.add(name)
            if isinstance(found := supply.open(), tuple):
                return found
            before = None
        if before is not None and not supply.changed:
            self._days[name] = frozenset()
            if empty := _empty(fact, before):
                return (empty,)
            return msgspec.structs.replace(before, parts=supply.parts(raw), strangers=())
        return self._whole(fact, supply) if supply.is_whole else self._by_day(fact, supply, before)

    def _whole(self, fact: Fact, supply: Supply) -> FactState | tuple[Mistake, ...]:
        """Reads all rows."""
        raw = supply.whole()
        if isinstance(raw, tuple):
            return raw
        one = load_fact(self._engine, Columns(raw, self._number(fact.name)))
        if isinstance(one, tuple):
            return one
        self._made.add(fact.name)
        sums = one.sums
        if fact.unit is not None and UNIT not in sums:
            sums = {UNIT: text_total(self._engine, fact, UNIT)} | sums
        texts = {name: self._texts(fact.name, name) for name in self._by(fact)}
        day = msgspec.structs.replace(of_whole(one, sums), texts=texts)
        # what did not fit is told of the fact as one
        first, *others = (msgspec.structs.replace(part, unfit=0, rejections=()) for part in supply.parts(raw))
        first = msgspec.structs.replace(
            first, unfit=one.rejected, rejections=(one.rejections,) if one.rejections else ()
        )
        self._engine.view(self.changed(fact.name), _one_day(table_of(fact.name)))
        self._days[fact.name] = frozenset({WHOLE}) | self._days_forgotten(fact.name)
        return FactState(key_of(self._project, fact), self._number(fact.name), (first, *others), {WHOLE: day})

    def _by_day(self, fact: Fact, supply: Supply, before: FactState | None) -> FactState | tuple[Mistake, ...]:
        """Reads the rows of changed days."""
        arrived = supply.arrived(number=self._number(fact.name))
        if isinstance(arrived, Arrived) and arrived.added and self._repeats(fact, arrived, before):
            arrived = supply.arrived(number=self._number(fact.name), alone=False)
        if isinstance(arrived, tuple):
            return arrived
        if arrived.added or (before is not None and before.days.keys().isdisjoint(arrived.days)):
            self._added.add(fact.name)
        columns, table = Columns(arrived.raw, self._number(fact.name)), self.changed(fact.name)
        if arrived.measured is None:
            names = [column(name) for name in (*(one.name for one in columns.held), DAY)]
            query: exp.Query = fill("distinct_rows", tables={"fact": arrived.rows}, columns=names, fits=exp.true())
            self._engine.table(table, query)
            found = {one.day: one.state for one in measure(self._engine, columns, table, (DAY,)) if one.day is not None}
        else:
            self._engine.view(table, arrived.rows)
            found = dict(arrived.measured)
        only = None if fact.id else arrived.only
        found = with_texts(self._engine, columns, table, found, self._by(fact), only)
        days = dict(before.days) if before is not None else {}
        if not arrived.added:
            days = {day: one for day, one in days.items() if day not in arrived.days}
        for day, one in found.items():
            whole = more(fact, days[day], one) if day in days else one
            days[day] = msgspec.structs.replace(whole, supplied=arrived.supplied[day])
        self._days[fact.name] = arrived.days | self._days_forgotten(fact.name)
        if arrived.everything:
            self._every[fact.name] = exp.select(*(column(one.name) for one in columns.held)).from_(table)
        state = FactState(key_of(self._project, fact), self._number(fact.name), arrived.parts, days)
        empty = _empty(fact, state)
        return (empty,) if empty else state

    def _repeats(self, fact: Fact, arrived: Arrived, before: FactState | None) -> bool:
        """Whether an id that arrived is known: then the row may be one that a day holds already."""
        if fact.id is None:
            return False
        known = before.ids.rows(self._store) if before is not None and before.ids is not None else None
        if known is None:
            return True
        query = fill("ids_elsewhere", tables={"fact": arrived.rows, "others": known})
        [(rows,)] = self._engine.rows(f"{fact.name}: ids that are known", query)
        return bool(rows)

    def _with_ids(self, state: FactState, name: str) -> FactState | tuple[Mistake, ...]:
        """With the ids of each day, for an id names one row: not two of a day, nor of different days."""
        fact, supply, before = self._project.fact(name), self._supplies[name], self._known(name)
        if fact.id is None or supply.is_whole or state.ids is not None:
            return state
        days, table = self._days[name], self.changed(name)
        kept = Kept() if before is None or before.ids is None else before.ids
        kept = kept if self.added(name) else kept.without(days)
        distinct = exp.Count(this=exp.Distinct(expressions=[column(ID)]))
        own = exp.select(named(exp.Count(this=exp.Star()), "rows"), named(distinct, "ids")).from_(table)
        commented(own, "Rows of changed days, and their ids.")
        [(rows, ids)] = self._engine.rows(f"{fact.name}: ids of changed days", own)
        others = kept.rows(self._store)
        if rows == ids and others is not None:
            query = fill("ids_elsewhere", tables={"fact": table, "others": others})
            [(elsewhere,)] = self._engine.rows(f"{fact.name}: ids on other days too", query)
            ids -= elsewhere
        if rows != ids:
            return self._mistakes(fact, supply)
        if days:
            own = exp.select(column(DAY), column(ID)).from_(table)
            kept = kept.added(self._store, f"ids_{fact.name}_{self._sequence}", own, days)
        return msgspec.structs.replace(state, ids=kept)

    def _mistakes(self, fact: Fact, supply: Supply) -> tuple[Mistake, ...]:
        """What is wrong with all rows of a fact, where the changed ones say that something is."""
        raw = supply.whole()
        found = load_fact(self._engine, Columns(raw, self._number(fact.name))) if isinstance(raw, Raw) else raw
        assert isinstance(found, tuple)
        return found

    def _loaded(self, name: str) -> Loaded:
        known = known_by(self._project, self.state, name)
        unknown = None if known is None else 0
        if known is not None and known != name:
            unknown = self._strangers(name, known, None).rows
        return loaded(self._project.fact(name), self.state[name], unknown)

    def _strangers(self, name: str, known: str, parent: str | None) -> Strangers:
        """Units of a fact's rows that another fact does not know."""
        state = self.state[name]
        for one in state.strangers:
            if (one.known, one.column) == (known, parent):
                return one
        found = self._counted(name, known, parent)
        self.state[name] = msgspec.structs.replace(state, strangers=(*state.strangers, found))
        return found

    def _counted(self, name: str, known: str, parent: str | None) -> Strangers:
        roll, before, days = self._roll(known), self._known(name), self._days[name]
        asked = hashlib.sha256(f"{name} {known} {parent or ''}".encode()).hexdigest()[:16]
        kept = f"strangers_{asked}_{self._sequence}"
        held = [] if before is None else [one for one in before.strangers if (one.known, one.column) == (known, parent)]
        if not held or (held[0].roll != roll and lost(self._engine, self._store, held[0].roll, roll, parent)):
            rows = unknown_rows(self._store, self._dated(name), roll, parent)
            every = Kept().replaced(self._store, kept, rows, self.state[name].days)
            return count_strangers(self._engine, self._store, name, known, parent, roll, every)
        [old] = held
        if not days and old.roll == roll:
            return old
        own = old.kept
        if days:
            own = own if self.added(name) else own.without(days)
            own = own.added(self._store, kept, unknown_rows(self._store, self.changed(name), roll, parent), days)
        return count_strangers(self._engine, self._store, name, known, parent, roll, own)

    def _dated(self, name: str) -> exp.Query:
        """All rows of a fact, with their day."""
        day = integer(WHOLE) if self._supplies[name].is_whole else day_of()
        return exp.select(exp.Star(), named(day, DAY)).from_(self.whole(name))

    def _roll(self, known: str) -> str:
        """The table of the store with the units of a fact."""
        state = self.state[known]
        if state.roll is not None:
            return state.roll
        name = f"roll_{known}_{self._sequence}"
        self._store.keep(name, roll_of(self.whole(known), parents_on(self._project, known)))
        self.state[known] = msgspec.structs.replace(state, roll=name)
        return name

    def _days_forgotten(self, name: str) -> frozenset[int]:
        """Days on which a fact that is read anew had rows."""
        return frozenset(self._before[name].days if name in self._forgotten and name in self._before else ())

    def _by(self, fact: Fact) -> frozenset[str]:
        """Columns that metrics go by."""
        return frozenset(metric.by for metric in self._project.metrics if metric.by and metric.fact == fact.name)

    def _texts(self, fact: str, name: str) -> tuple[str, ...] | None:
        found = read_categories.categories(self._engine, table_of(fact), name)
        return found if len(found) <= TEXTS else None


def _empty(fact: Fact, state: FactState) -> Mistake | None:
    """Where a fact has no row, and nobody says that this is right."""
    if _rows(state) or fact.through is not None:
        return None
    supplied = sum(day.supplied for day in state.days.values()) + sum(part.unfit for part in state.parts)
    return no_rows(fact, state.parts[0].place, supplied)


def _rows(state: FactState) -> int:
    return sum(day.rows for day in state.days.values())


def _one_day(table: str) -> exp.Query:
    return exp.select(exp.Star(), named(integer(WHOLE), DAY)).from_(table)
