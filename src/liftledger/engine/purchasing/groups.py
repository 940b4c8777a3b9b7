"""Groups of customers: everybody and each value of a dimension, or a study's arms, each asked for with one query."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.engine.attributes import by
from liftledger.engine.engine import Arrays, Engine, Row
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.render import column, integer, named

INDEX = "_group"
Query = Callable[[list[exp.Expr]], exp.Query]  # rows by these further columns, which come first


class Cut(msgspec.Struct, frozen=True):
    """Groups that do not share a customer, told apart by a column's values, in the order of the groups."""

    name: str
    key: str | None
    groups: tuple[Group, ...]

    @property
    def keys(self) -> list[exp.Expr]:
        return [] if self.key is None else [column(self.key)]

    def index(self) -> exp.Expr:
        """Place among the groups."""
        if self.key is None:
            return integer(0)
        if self.key == "_arm":
            return column(self.key)
        cases = [
            exp.If(
                this=exp.EQ(this=column(self.key), expression=exp.Literal.string(group.value or "")),
                true=integer(place),
            )
            for place, group in enumerate(self.groups)
        ]
        return exp.Case(ifs=cases)


def cuts(purchasers: Purchasers) -> Iterator[Cut]:
    """All groups of the customers."""
    if purchasers.study is not None:
        yield Cut(purchasers.study.name, "_arm", purchasers.groups)
        return
    yield Cut("all", None, (EVERYBODY,))
    for name, values in purchasers.values.items():
        if values:  # where nobody has bought there are none
            yield Cut(name, by(name), tuple(one for one in purchasers.groups if one.dimension == name))


def arrays_of(engine: Engine, name: str, purchasers: Purchasers, query: Query) -> dict[Group, Arrays]:
    """Each group's rows of whole numbers by column, in the order of their numbers, the first column's first."""
    found: dict[Group, Arrays] = {}
    for cut in cuts(purchasers):
        rows = engine.arrays(f"{purchasers.base.name}: {name} by {cut.name}", _ordered(cut, query(cut.keys)))
        groups, columns = rows[INDEX], {name: rows[name] for name in rows if name != INDEX}
        for place, group in enumerate(cut.groups):
            low, high = bisect_left(groups, place), bisect_left(groups, place + 1)
            found[group] = {name: values[low:high] for name, values in columns.items()}
    return found


def rows_of(engine: Engine, name: str, purchasers: Purchasers, query: Query) -> dict[Group, list[Row]]:
    """Each group's rows, in no promised order."""
    found: dict[Group, list[Row]] = {}
    for cut in cuts(purchasers):
        found.update((group, []) for group in cut.groups)
        for place, *row in engine.rows(f"{purchasers.base.name}: {name} by {cut.name}", _placed(cut, query(cut.keys))):
            found[cut.groups[place]].append(tuple(row))
    return found


def _placed(cut: Cut, rows: exp.Query) -> exp.Select:
    selected: Sequence[exp.Expr] = [column(one) for one in rows.named_selects if one != cut.key]
    return exp.select(named(cut.index(), INDEX), *selected).from_(rows.subquery("grouped"))


def _ordered(cut: Cut, rows: exp.Query) -> exp.Select:
    placed = _placed(cut, rows)
    return placed.order_by(*(exp.to_identifier(one, quoted=True) for one in placed.named_selects))
