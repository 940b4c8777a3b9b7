"""What subscriptions add up to, by plain loops over customers and months."""

from collections import defaultdict
from datetime import UTC, datetime

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.durations import Durations
from liftledger.domain.instant import instant, micros
from liftledger.engine.subscriptions.groups import PLAN
from liftledger.engine.subscriptions.kept import Kept
from liftledger.engine.subscriptions.movements import Month, Part
from liftledger.engine.subscriptions.revenue_kept import RevenueKept
from liftledger.engine.subscriptions.subscribers import Counts
from liftledger.engine.subscriptions.triangle import Intake


class Plainly:
    """`rows`: (user, start, end or None, cents or None, plan), microseconds."""

    def __init__(self, rows, as_of, countries=None):
        self.as_of = as_of
        self.late = [row for row in rows if row[1] >= as_of]
        rows = [row for row in rows if row[1] < as_of]
        self.backwards = [row for row in rows if row[2] is not None and row[2] < row[1]]
        rows = [row for row in rows if row not in self.backwards]
        self.negative = [row for row in rows if (row[3] or 0) < 0]
        self.rows = [row for row in rows if row not in self.negative]
        self.own = defaultdict(list)
        for user, start, end, cents, plan in self.rows:
            ends = end if end is not None and end < as_of else None
            self.own[user].append((start, ends, cents or 0, plan))
        self.countries = countries or {}

    # ------------------------------------------------------------------------------------------------- of one customer

    def running(self, user, before):
        return sum(start < before and (end is None or end >= before) for start, end, *_ in self.own[user])

    def mrr(self, user, before):
        return sum(
            cents for start, end, cents, _ in self.own[user] if start < before and (end is None or end >= before)
        )

    def start(self, user):
        return min(start for start, *_ in self.own[user])

    def left(self, user):
        ends = [end for _, end, *_ in self.own[user]]
        return None if None in ends else max(ends)

    def groups(self, user):
        first = [plan for start, *_, plan in self.own[user] if start == self.start(user)]
        yield EVERYBODY
        yield Group(dimension=PLAN, value=max(first))
        if self.countries:
            yield Group(dimension="country", value=self.countries.get(user, ""))

    # ----------------------------------------------------------------------------------------------------- of the base

    def counts(self):
        overlapping = 0
        for own in self.own.values():
            real = sorted((start, self.as_of if end is None else end) for start, end, *_ in own if end != start)
            overlapping += sum(any(end > start for _, end in real[:place]) for place, (start, _) in enumerate(real))
        return Counts(
            subscriptions=len(self.rows),
            customers=len(self.own),
            subscribed=sum(self.left(user) is None for user in self.own),
            late=len(self.late),
            backwards=len(self.backwards),
            negative=len(self.negative),
            empty=sum(start == end for _, start, end, *_ in self.rows),
            overlapping=overlapping,
            blank=sum(cents is None for *_, cents, _ in self.rows),
        )

    def months(self, size=1):
        """(first instant, first instant of the next) of whole calendar periods from the first start's on."""
        first = min(self.start(user) for user in self.own)
        year, month = int(instant(first)[:4]), (int(instant(first)[5:7]) - 1) // size * size
        while (end := moment(year, month + size)) <= self.as_of:
            yield moment(year, month), end
            year, month = year + (month + size) // 12, (month + size) % 12

    def movements(self):
        found, paid = [], set()
        for low, high in self.months():
            parts = defaultdict(lambda: [0, 0])

            def add(part, amount, parts=parts):
                parts[part][0] += 1
                parts[part][1] += amount

            for user in self.own:
                before, after = self.mrr(user, low), self.mrr(user, high)
                if before > 0:
                    add("opening", before)
                if after > 0:
                    add("closing", after)
                if before == 0 < after:
                    add("reactivated" if user in paid else "new", after)
                elif after == 0 < before:
                    add("churned", before)
                elif after > before:
                    add("expansion", after - before)
                elif after < before:
                    add("contraction", before - after)
                if after > 0:
                    paid.add(user)
            names = ("opening", "new", "expansion", "contraction", "churned", "reactivated", "closing")
            found.append(Month(instant(low)[:7], *(Part(*parts[name]) for name in names)))
        return tuple(found)

    def kept(self):
        found = []
        for period, size in (("month", 1), ("quarter", 3), ("year", 12)):
            for low, high in list(self.months(size))[1:]:
                starting = [user for user in self.own if self.running(user, low)]
                ending = sum(self.running(user, high) > 0 for user in starting)
                found.append(Kept(period, instant(low)[:10], len(starting), ending))
        return tuple(found)

    def cohorts(self):
        months, found = list(self.months()), []
        for place, (low, high) in enumerate(months):
            users = [user for user in self.own if low <= self.start(user) < high]
            if users:
                ends = [end for _, end in months[place:]]
                active = tuple(sum(self.running(user, end) > 0 for user in users) for end in ends)
                mrr = tuple(sum(self.mrr(user, end) for user in users) for end in ends)
                found.append(Intake(instant(low)[:7], len(users), active, mrr))
        return tuple(found)

    def revenue_kept(self, low, high):
        pairs = defaultdict(list)
        for user in self.own:
            for group in self.groups(user):
                pairs[group].append((self.mrr(user, low), self.mrr(user, high)))
        return {group: sums for group, values in pairs.items() if (sums := summed(values))}

    def revenue_kept_by_arm(self, arms, window):
        pairs = defaultdict(list)
        for user, start, arm in arms:
            if user in self.own and start + window <= self.as_of:
                group = Group(study="offer", arm=arm)
                pairs[group].append((self.mrr(user, start), self.mrr(user, start + window)))
        return {group: sums for group, values in pairs.items() if (sums := summed(values))}

    def lifespans(self):
        clocks = [(group, user, self.start(user)) for user in self.own for group in self.groups(user)]
        return self.durations(clocks)

    def lifespans_by_arm(self, arms):
        clocks = []
        for user, start, arm in arms:
            later = [at for at, *_ in self.own.get(user, ()) if at >= start]
            if user in self.own and (self.running(user, start) or later):
                clocks.append((Group(study="offer", arm=arm), user, start if self.running(user, start) else min(later)))
        return self.durations(clocks)

    def durations(self, clocks):
        found = defaultdict(lambda: ({}, {}))
        for group, user, clock in clocks:
            seen, taken, left = 0, 1, self.left(user)
            while over(clock, seen + 1, self.as_of, included=True):
                seen += 1
            while left is not None and over(clock, taken, left, included=False):
                taken += 1
            counts, step = (found[group][0], taken) if left is not None and taken <= seen else (found[group][1], seen)
            counts[step] = counts.get(step, 0) + 1
        return {group: Durations(events, censored) for group, (events, censored) in found.items()}


def moment(year, month):
    """First instant of a month that is counted from 0 and may lie in another year."""
    return micros(f"{year + month // 12:04}-{month % 12 + 1:02}-01")


def over(start, months, at, *, included):
    """Whether so many months since the start are over at an instant; on their last instant, where it is `included`."""
    begun = datetime.fromisoformat(instant(start))
    year, month = begun.year, begun.month - 1 + months
    try:
        end = begun.replace(year=year + month // 12, month=month % 12 + 1)
    except ValueError:  # there is no such day
        return at >= moment(year, month + 1)
    end = (end - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    begun_fraction = start % 1_000_000
    end = round(end - begun_fraction / 1e6) * 1_000_000 + begun_fraction
    return at >= end if included else at > end


def summed(pairs):
    """None where nobody paid."""
    pairs = [(before, after, min(before, after)) for before, after in pairs if before > 0]
    if not pairs:
        return None
    columns = list(zip(*pairs, strict=True))

    def product(one, other):
        return sum(a * b for a, b in zip(columns[one], columns[other], strict=True))

    products = (product(*pair) for pair in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2)))
    return RevenueKept(len(pairs), *map(sum, columns), *products)
