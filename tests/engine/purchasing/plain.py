"""The same reductions in plain loops over the rows."""

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction

from liftledger.domain.instant import EPOCH
from liftledger.engine.purchasing.concentration import SHARES, Top
from liftledger.engine.purchasing.forecast import Track


class Plain:
    """Rows are (unit, at, minor units or None, category), those that pass the base's condition."""

    def __init__(self, rows, grid, as_of, *, valued=True):
        self.grid, self.end = grid, as_of // grid
        self.rows = [row for row in rows if row[1] // grid < self.end]
        self.unfinished = sum(row[1] // grid >= self.end and row[1] < as_of for row in rows)
        worth = [(unit, at, (amount or 0) if valued else 1, category) for unit, at, amount, category in self.rows]
        steps = defaultdict(list)
        for row in worth:
            steps[row[0], row[1] // grid].append(row)
        net = {key: sum(row[2] for row in some) for key, some in steps.items()}
        self.steps = len(steps)
        self.negative = sum(row[2] < 0 for row in worth)
        self.void = [amount for amount in net.values() if amount <= 0]
        self.bought = defaultdict(list)  # unit -> (step, instant, amount), in their order
        for (unit, step), some in sorted(steps.items(), key=lambda item: item[0][1]):
            if net[unit, step] > 0:
                self.bought[unit].append((step, min(row[1] for row in some), net[unit, step]))
        self.nobody = len({unit for unit, _ in steps} - set(self.bought))
        self.categories = {
            unit: len({row[3] for row in worth if row[0] == unit and row[2] > 0 and row[3]}) for unit in self.bought
        }

    def histories(self, units):
        """With the repeat revenue of all who have one."""
        found = defaultdict(lambda: [0, 0])
        for *history, total, customers in self.profiles(units):
            cell = found[tuple(history)]
            cell[0] += customers
            cell[1] += total * customers
        return sorted((*history, *cell) for history, cell in found.items())

    def _history(self, bought, end):
        first, last = bought[0][0], bought[-1][0]
        return len(bought) - 1, last - first, end - 1 - first

    def spending(self, units):
        pairs = ((len(self.bought[u]) - 1, sum(amount for _, _, amount in self.bought[u][1:])) for u in units)
        return counted(pair for pair in pairs if pair[0])

    def profiles(self, units):
        return counted(
            (*self._history(self.bought[unit], self.end), sum(amount for _, _, amount in self.bought[unit][1:]))
            for unit in units
        )

    def measures(self, unit):
        repeats, span, observed = self._history(self.bought[unit], self.end)
        revenue = sum(amount for _, _, amount in self.bought[unit])
        again = int(repeats > 0)
        return {"purchases": repeats + 1, "repeats": repeats, "again": again, "observed": observed, "span": span,
                "revenue": revenue, "categories": self.categories[unit]}  # fmt: skip

    def sum(self, units, product):
        total = 0
        for unit in units:
            value = 1
            for name in product:
                value *= self.measures(unit)[name]
            total += value
        return total

    def tops(self, units):
        revenue = sorted((self.measures(unit)["revenue"] for unit in units), reverse=True)
        found = []
        for share in SHARES if revenue else ():
            rank = -(-len(revenue) * share // 100)
            threshold = revenue[rank - 1]
            above = [one for one in revenue if one > threshold]
            squares = sum(one**2 for one in above)
            found.append(Top(share, threshold, len(above), sum(above), squares, revenue.count(threshold)))
        return tuple(found)

    def held_by_top(self, units, share):
        """A customer may be cut in a hundred."""
        parts = sorted((self.measures(unit)["revenue"] for unit in units for _ in range(100)), reverse=True)
        return Fraction(sum(parts[: len(parts) * share // 100]), 100)

    def months(self):
        """unit -> month -> amount."""
        found = defaultdict(Counter)
        for unit, bought in self.bought.items():
            for _, at, amount in bought:
                found[unit][month(at)] += amount
        return found

    def cohort(self, first):
        """Customers by month since, and revenue."""
        own = {unit: by_month for unit, by_month in self.months().items() if min(by_month) == first}
        whole = range(first, month(self.end * self.grid))
        active = tuple(sum(one in by_month for by_month in own.values()) for one in whole)
        return len(own), active, tuple(sum(by_month[one] for by_month in own.values()) for one in whole)

    def begin(self):
        """The first month whose first day the records hold."""
        first = min(bought[0][1] for bought in self.bought.values())
        return month(first) + ((EPOCH + timedelta(microseconds=first)).day > 1)

    def kept(self, length):
        """Period -> customers of the one before, and those of them who bought in it."""
        found = {}
        periods = {unit: {one // length for one in by_month} for unit, by_month in self.months().items()}
        for period in {one + 1 for some in periods.values() for one in some}:
            starting = [some for some in periods.values() if period - 1 in some]
            if self.begin() <= (period - 1) * length and period < month(self.end * self.grid) // length:
                found[period] = (len(starting), sum(period in some for some in starting))
        return found

    def held(self, split):
        found = defaultdict(lambda: [0, 0])
        for bought in self.bought.values():
            before = [one for one in bought if one[0] < split]
            if before:
                cell = found[self._history(before, split)]
                cell[0] += 1
                cell[1] += len(bought) - len(before)
        return sorted((*history, *cell) for history, cell in found.items())

    def track(self, split):
        known = [bought for bought in self.bought.values() if bought[0][0] < split]
        if not known:
            return Track(split, (), ())
        start = min(bought[0][0] for bought in known)
        steps = range(start, self.end)
        firsts = tuple(sum(bought[0][0] == step for bought in known) for step in steps)
        return Track(start, firsts, tuple(
            sum(one[0] <= step for bought in known for one in bought[1:]) for step in steps
        ))  # fmt: skip


def counted(rows):
    return sorted((*row, customers) for row, customers in Counter(rows).items())


def month(at):
    """Months since the year 0."""
    day = EPOCH + timedelta(microseconds=at)
    return day.year * 12 + day.month - 1
