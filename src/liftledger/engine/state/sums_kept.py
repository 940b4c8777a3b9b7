"""Kept sums of one reading: what a refresh keeps of a fact's rows, how it takes in what changed, and the report's sums.

- days: what each unit's rows of a day add up to (`unit_days`), in runs that are added up
- midnights: by how much each midnight changes the sums by cell (`daily`), in runs that are added up
- entries: the units by cell and by when they enter (`entries`), in runs of different units

Every number is an exact sum, so that what changed is taken in by adding the new and subtracting the old.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.domain.measure import Plan
from liftledger.domain.moments import Product
from liftledger.engine.cells import Cell, cells
from liftledger.engine.engine import Engine, SumTooLarge
from liftledger.engine.render import any_of, column, commented, grouped, integer, named
from liftledger.engine.scan import Scan
from liftledger.engine.state import daily, entries
from liftledger.engine.state.entering import Entering, entering
from liftledger.engine.state.moved import Moved, among, entering_now, moved
from liftledger.engine.state.store import Store
from liftledger.engine.state.unit_days import KEYS, unit_days, units_of_days
from liftledger.engine.sums import FEW, LIMIT, Counted, combinations, count

LAYOUT = 1  # of the kept tables
MANY_DAYS, MANY_MIDNIGHTS = 100, 30  # runs, from which on they are added up into one
Whole = Callable[[], str]  # makes a table of all rows of the fact, which costs time
Since = Callable[[int], str]  # makes one of at least all rows since an instant
SHARE = 3  # where more than one in so many units is touched, all are read again


class KeptSums(msgspec.Struct, frozen=True):
    """Names of the kept tables of one reading."""

    key: str  # hash of what they serve
    kept: bool = True  # False: a number is too large to be kept, and each report reads the rows
    days: tuple[str, ...] = ()  # the first holds the most
    midnights: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    known: tuple[int, ...] = ()  # days on which some unit may have rows that count
    units: int = 0


def key(scan: Scan) -> str:
    """Hash of what kept sums serve, whatever the date of the report."""
    cohorts = [(one.study.name, one.study.arms, one.kind, one.dimensions) for one in scan.cohorts]
    return sha256(msgspec.json.encode([LAYOUT, scan.fact, scan.plan, cohorts])).hexdigest()


def names(kept: KeptSums) -> frozenset[str]:
    """The kept tables that it mentions."""
    return frozenset((*kept.days, *kept.midnights, *kept.entries))


def needs_rows(scan: Scan, kept: KeptSums) -> bool:
    """Whether the sums at as_of must be read from all rows: it is no midnight, or a number is too large to be kept."""
    return not kept.kept or scan.as_of % DAY != 0 or scan.as_of < DAY


def build(engine: Engine, store: Store, scan: Scan, sequence: int) -> KeptSums:
    """Kept sums of all rows, which are in `scan.table`."""
    try:
        return _Keeper(engine, store, scan, sequence).build()
    except SumTooLarge:
        return KeptSums(key(scan), kept=False)


def refreshed(
    engine: Engine,
    store: Store,
    scan: Scan,
    kept: KeptSums,
    sequence: int,
    *,
    days: frozenset[int],
    changed: str,
    whole: Whole,
    before: tuple[str, ...] | None,
    entered: tuple[str, ...] | None = None,
    since: Since | None = None,
    added: bool = False,
) -> KeptSums:
    """Takes in what changed since.

    `changed` holds the fact's rows of the changed `days`, and only these; where rows were `added`, only what these days
    hold more than before. `whole` makes a table of all rows, which costs time. `before`: tables of the cohorts as they
    were; None: they are as they were. `entered`: besides, tables of the units that entered since, where no other moved.
    `since` makes a table of rows as `whole` does, where that costs less.
    """
    if not kept.kept or kept.key != key(scan):
        return build(engine, store, msgspec.structs.replace(scan, table=whole()), sequence)
    was = scan if before is None else _with_cohorts(scan, before)
    try:
        new = None if entered is None else _with_cohorts(scan, entered)
        keeper = _Keeper(engine, store, scan, sequence)
        return keeper.refreshed(kept, days, changed, whole, since or (lambda _: whole()), was, new, added=added)
    except SumTooLarge:
        return KeptSums(kept.key, kept=False)


def counted(engine: Engine, store: Store, scan: Scan, kept: KeptSums) -> Counted:
    """The same as `count(engine, scan)`. Where it `needs_rows`, `scan.table` must hold all of them."""
    if needs_rows(scan, kept):
        return count(engine, scan)
    products = entering(scan)
    units = entries.entered(engine, scan, store.read(kept.entries))
    try:
        totals = _totals(engine, scan, store.read(kept.midnights), products) if kept.midnights else {}
    except SumTooLarge:  # it says which metric's
        return count(engine, scan, units_of_days(scan, store.read(kept.days)))
    again: Mapping[Cell, Mapping[Product, int]] = {}
    if products.again:
        narrow = _narrowed(scan, products)
        again = count(engine, narrow, units_of_days(narrow, store.read(kept.days))).totals
    found: dict[Cell, dict[Product, int]] = {}
    for cell, one in units.items():
        sums = totals.get(cell, {})
        found[cell] = {product: sums.get(product, 0) for product in products.kept}
        for product, scaled in products.scaled.items():
            times = found[cell][scaled.of] if scaled.of else one.mature[scaled.wait]
            found[cell][product] = scaled.factor * times
        found[cell].update((product, again[cell][product]) for product in products.again)
    return Counted(
        f"{scan.name}: sums",
        {cell: one.units for cell, one in units.items()},
        {cell: one.mature for cell, one in units.items()},
        found,
        {cell: one.starts for cell, one in units.items()},
    )


def _with_cohorts(scan: Scan, tables: Sequence[str]) -> Scan:
    cohorts = [msgspec.structs.replace(cohort, table=table) for cohort, table in zip(scan.cohorts, tables, strict=True)]
    return msgspec.structs.replace(scan, cohorts=tuple(cohorts))


def _totals(engine: Engine, scan: Scan, midnights: exp.Query, products: Entering) -> dict[Cell, dict[Product, int]]:
    """Sums of what came in by as_of."""
    rows = engine.rows(f"{scan.name}: sums", daily.came_in(scan, midnights))
    totals = {
        cell: dict(zip(products.kept, map(int, values), strict=True)) for cell, values in cells(scan.cohorts, rows)
    }
    if any(abs(total) >= LIMIT for sums in totals.values() for total in sums.values()):
        raise SumTooLarge("a sum has more than 38 digits")
    return totals


def _narrowed(scan: Scan, products: Entering) -> Scan:
    """The scan of only those metrics of which something must be added up again."""
    binary, again = scan.plan.binary, set(products.again)
    needs = {name: one for name, one in scan.plan.needs.items() if again & set(one.products(binary))}
    used = {name for one in needs.values() for name in one.measures}
    measures = {name: one for name, one in scan.plan.measures.items() if name in used}
    return msgspec.structs.replace(scan, name=f"{scan.name}_again", plan=Plan(measures, needs))


class _Keeper(msgspec.Struct, frozen=True):
    """One refresh of one reading."""

    engine: Engine
    store: Store
    scan: Scan
    sequence: int

    def build(self) -> KeptSums:
        """From all rows."""
        name = self._called("days")
        self.store.keep(name, unit_days(self.scan))
        days = KeptSums(key(self.scan), days=(name,), known=self._days_of(name), entries=self._entries("entries"))
        return self._with_midnights(days)

    def refreshed(
        self,
        kept: KeptSums,
        days: frozenset[int],
        changed: str,
        whole: Whole,
        recent: Since,
        was: Scan,
        new: Scan | None,
        *,
        added: bool,
    ) -> KeptSums:
        """From what changed: units' days, then the midnights of the units touched."""
        movers, name = None, self._called("moved")
        if new is not None:
            movers = entering_now(self.engine, new, name)
        elif was is not self.scan:
            movers = moved(self.engine, self.scan, was, name)
        restarted = movers.restarted if movers else 0
        every = not added and days >= set(kept.known)  # row that counts is among the changed
        if days and every and not restarted:
            return self.over(changed).build()
        if restarted * SHARE > kept.units:
            return self.over(whole()).build()
        if new is not None and movers is not None and added:
            run = self._added_days(changed, recent, was, new, movers)
        else:
            run = self._changed_days(kept, days, changed, recent, movers, new, added=added)
        if run is None and (movers is None or movers.units == 0):
            return kept
        touched = self._touched(run, movers)
        after = self._with_entries(kept, movers, new)
        if run is not None:
            known = tuple(sorted({*kept.known, *self._days_of(run)}))
            after = msgspec.structs.replace(after, days=(*kept.days, run), known=known)
        if self._number(touched) * SHARE > kept.units:
            return self._fewer_runs(self._with_midnights(after))
        # of units that entered nothing was kept, so that they add nothing to what was
        midnights = self._changed_midnights(kept, run, touched, was if new is None else self.scan)
        return self._fewer_runs(msgspec.structs.replace(after, midnights=(*kept.midnights, *midnights)))

    def over(self, table: str) -> "_Keeper":
        """Of the rows of another table."""
        return msgspec.structs.replace(self, scan=msgspec.structs.replace(self.scan, table=table))

    # --- units' days

    def _changed_days(
        self,
        kept: KeptSums,
        days: frozenset[int],
        changed: str,
        recent: Since,
        movers: Moved | None,
        entered: Scan | None,
        *,
        added: bool,
    ) -> str | None:
        """A run of what is to be added to the kept: rows as they are now, less those that were; None: nothing."""
        replaced = frozenset() if added else days
        more: list[exp.Query] = [unit_days(self.over(changed).scan)] if days else []
        less: list[exp.Query] = []
        gone: list[exp.Expr] = [integer(one) for one in sorted(replaced & set(kept.known))]
        rows, in_gone = self.store.read(kept.days), exp.In(this=column("_day", "days"), expressions=gone)
        if gone:
            less.append(exp.select("days.*").from_(rows.subquery("days")).where(in_gone))
        if movers is not None and movers.restarted:
            moving = exp.select("*").from_(movers.table).where("_restarted = 1")
            if movers.first is not None and not (self.scan.fact.wide and days):
                since = movers.first + _earliest(self.scan)
                then = entered or among(self.engine, self.scan, moving, self._called("restarted"))
                then = msgspec.structs.replace(then, table=recent(since))
                more.append(unit_days(then, without=replaced, since=since))
                if days and added:  # among all rows of these units, and among those that were added
                    new = msgspec.structs.replace(then, table=changed)
                    less.append(unit_days(new, since=since))
            if movers.restarted > movers.entered:
                of_moved = self._of(moving.where("_was = 1"), rows)
                less.append(of_moved.where(exp.Not(this=in_gone.copy())) if gone else of_moved)
        if not more and not less:
            return None
        name = self._called("days_changed")
        query = daily.united(more) if not less else self._days_added([*more, *map(self._negated, less)])
        return name if self.store.keep(name, query) else None

    def _added_days(self, changed: str, recent: Since, was: Scan, new: Scan, movers: Moved) -> str | None:
        """The same where rows came in addition and units entered: of those that were there, these; of others all."""
        runs: list[exp.Query] = [unit_days(msgspec.structs.replace(was, table=changed))]
        if movers.first is not None:
            since = movers.first + _earliest(self.scan)
            runs.append(unit_days(msgspec.structs.replace(new, table=recent(since)), since=since))
        name = self._called("days_changed")
        return name if self.store.keep(name, daily.united(runs)) else None

    def _days_added(self, runs: list[exp.Query]) -> exp.Query:
        """Several runs as one; what adds nothing is left out."""
        sums = {name: exp.cast(exp.Sum(this=column(name)), "BIGINT") for name in self.scan.reading}
        there = any_of([exp.NEQ(this=exp.Sum(this=column(name)), expression=integer(0)) for name in sums])
        query = grouped(KEYS, [named(one, name) for name, one in sums.items()], daily.united(runs), "runs")
        query.having(there, copy=False)
        return commented(query, "What the days of units add up to, of several runs.")

    def _negated(self, rows: exp.Query) -> exp.Query:
        less = [named(exp.Neg(this=column(name)), name) for name in self.scan.reading]
        return exp.select(*map(column, KEYS), *less).from_(rows.subquery("less"))

    def _of(self, units: exp.Query, rows: exp.Query) -> exp.Select:
        """Rows of `unit_days` of some units."""
        unit = [exp.EQ(this=column(name, "chosen"), expression=column(name, "days")) for name in ("_study", "_unit")]
        inside = exp.select(integer(1)).from_(units.subquery("chosen")).where(*unit)
        return exp.select("days.*").from_(rows.subquery("days")).where(exp.Exists(this=inside))

    def _days_of(self, run: str) -> tuple[int, ...]:
        query = exp.select(column("_day")).distinct().from_(self.store.read([run]).subquery("days"))
        return tuple(sorted(int(day) for (day,) in self.engine.rows(f"{self.scan.name}: days", query)))

    # --- midnights

    def _with_midnights(self, kept: KeptSums) -> KeptSums:
        """All of them, from all of the units' days."""
        units = entries.entered(self.engine, self.scan, self.store.read(kept.entries))
        number = sum(one.units for cell, one in units.items() if cell.segment is None)
        midnights: tuple[str, ...] = ()
        if entering(self.scan).kept:
            midnights = (self._called("midnights"),)
            few = combinations(units) <= FEW
            self.store.keep(midnights[0], daily.daily(self.scan, self.store.read(kept.days), few=few))
        return msgspec.structs.replace(kept, midnights=midnights, units=number)

    def _changed_midnights(self, kept: KeptSums, run: str | None, touched: str, was: Scan) -> list[str]:
        """A run of what the touched units change."""
        if not kept.midnights:
            return []
        before, units = self._called("days_before"), exp.select("*").from_(touched)
        self.engine.table(before, commented(self._of(units, self.store.read(kept.days)), "Days of the units touched."))
        then = exp.select("*").from_(before)
        days = then if run is None else daily.united([then.copy(), self.store.read([run])])
        scan = among(self.engine, self.scan, units, self._called("touched_now"))
        was = scan if was is self.scan else among(self.engine, was, units, self._called("touched_then"))
        change = daily.difference(scan, was, days, then)
        name = self._called("midnights_changed")
        return [name] if self.store.keep(name, change) else []

    def _touched(self, run: str | None, movers: Moved | None) -> str:
        """A table of the units whose sums change."""
        unit = [column(name) for name in ("_study", "_unit")]
        parts: list[exp.Query] = []
        if run is not None:
            parts.append(exp.select(*unit).from_(self.store.read([run]).subquery("days")))
        if movers is not None:
            parts.append(exp.select(*(one.copy() for one in unit)).from_(movers.table))
        name = self._called("touched")
        query = exp.select(*(one.copy() for one in unit)).distinct().from_(daily.united(parts).subquery("units"))
        self.engine.table(name, commented(query, "Units whose sums change."))
        return name

    def _number(self, table: str) -> int:
        query = exp.select(named(exp.Count(this=exp.Star()), "units")).from_(table)
        [(found,)] = self.engine.rows(f"{table}: units", commented(query, "How many there are."))
        return int(found)

    # --- entries

    def _with_entries(self, kept: KeptSums, movers: Moved | None, entered: Scan | None) -> KeptSums:
        """First and last starts are not to be subtracted: where a unit left or changed, all are counted again."""
        if movers is None or movers.units == 0:
            return kept
        if movers.entered < movers.units:
            return msgspec.structs.replace(kept, entries=self._entries("entries"))
        moving = exp.select("*").from_(movers.table)
        new = entered or among(self.engine, self.scan, moving, self._called("entered"))
        name = self._called("entries_new")
        self.store.keep(name, entries.entries(new))
        return msgspec.structs.replace(kept, entries=(*kept.entries, name), units=kept.units + movers.entered)

    def _entries(self, what: str) -> tuple[str, ...]:
        name = self._called(what)
        self.store.keep(name, entries.entries(self.scan))
        return (name,)

    # ---

    def _fewer_runs(self, kept: KeptSums) -> KeptSums:
        """Runs are added up into one before there are too many of them."""
        days, midnights, entered = kept.days, kept.midnights, kept.entries
        if len(days) > MANY_DAYS:
            days = (days[0], self._called("days_added"))
            self.store.keep(days[1], self._days_added([self.store.read(kept.days[1:])]))
        if len(midnights) > MANY_MIDNIGHTS:
            midnights = (self._called("midnights_added"),)
            self.store.keep(midnights[0], daily.merged(self.scan, self.store.read(kept.midnights)))
        if len(entered) > MANY_MIDNIGHTS:
            entered = (self._called("entries_added"),)
            self.store.keep(entered[0], entries.merged(self.scan, self.store.read(kept.entries)))
        return msgspec.structs.replace(kept, days=days, midnights=midnights, entries=entered)

    def _called(self, what: str) -> str:
        return f"{what}_{key(self.scan)[:16]}_{self.sequence}"


def _earliest(scan: Scan) -> int:
    """How long after a unit's start its first row can count; before it where negative."""
    return min((one.span.low for one in scan.reading.values() if one.span is not None), default=0)
