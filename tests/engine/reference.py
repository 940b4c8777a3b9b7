"""The same sums by plain loops over rows, straight from the definitions of the metrics: a second witness."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement
from math import ceil, prod
from typing import Any

import msgspec

Row = Mapping[str, Any]
Value = Callable[[Row], int | None]  # None: the row has no value


class Unit(msgspec.Struct, frozen=True):
    name: str
    arm: str
    start: int
    rows: tuple[Row, ...]


class Part(msgspec.Struct, frozen=True):
    """Sum of `value` over the unit's rows that pass `where` and lie between `low` and `high` after its start."""

    value: Value = lambda row: 1
    where: Callable[[Row], bool] = lambda row: True
    low: int = 0
    high: int | None = None
    binary: bool = False
    least: int = 1  # what makes a binary one 1
    elapsed: bool = False


def measured(part: Part, unit: Unit, as_of: int, horizon: int | None) -> int:
    """The unit's integer; 0 for a unit whose window is still open."""
    if horizon is not None and unit.start + horizon > as_of:
        return 0
    end = as_of if part.high is None else min(as_of, unit.start + part.high)
    if part.elapsed:
        return max(0, end - unit.start - part.low) // 1_000_000
    inside = [row for row in unit.rows if unit.start + part.low <= row["at"] < end and part.where(row)]
    total = sum(value for row in inside if (value := part.value(row)) is not None)
    return int(total >= part.least) if part.binary else total


def assigned(assignments: Sequence[tuple[str, int, str]], rows: Sequence[Row], as_of: int, arms: str) -> list[Unit]:
    """Each unit in its first arm; of two at one instant, the earlier in `arms`."""
    first: dict[str, tuple[int, int]] = {}
    for name, at, arm in assignments:
        if at < as_of:
            first[name] = min(first.get(name, (at, arms.index(arm))), (at, arms.index(arm)))
    by_unit = defaultdict(list)
    for row in rows:
        by_unit[row["user_id"]].append(row)
    return [Unit(name, arms[arm], at, tuple(by_unit[name])) for name, (at, arm) in first.items()]


def percentile(totals: Sequence[int], hundredths: int) -> int:
    """The smallest value whose cumulative count among the totals other than 0 reaches rank ceil(n p)."""
    values = sorted(total for total in totals if total)
    return values[ceil(len(values) * hundredths / 10_000) - 1]


def products(columns: Mapping[str, Sequence[int]], binary: frozenset[str] = frozenset()) -> dict[str, int]:
    """Sums of all products up to the third degree, named as in the provenance; no power of a binary column."""
    found = {}
    for degree in (1, 2, 3):
        for names in combinations_with_replacement(sorted(columns), degree):
            if all(names.count(name) == 1 for name in binary & set(names)):
                found[" x ".join(names)] = sum(
                    prod(values) for values in zip(*(columns[n] for n in names), strict=True)
                )
    return found
