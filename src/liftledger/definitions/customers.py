"""Customer bases: whether a fact can say what is asked of it, and what turns its rows into value."""

from collections.abc import Iterator

from liftledger.definitions.customer_keys import APART
from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.definitions.studies import Known
from liftledger.definitions.units import known_kind
from liftledger.domain.customers import Base, Purchases, Subscriptions, Terms
from liftledger.domain.expression import Expression, columns
from liftledger.domain.instant import DAY, brief
from liftledger.domain.study import STARTED

RATES = ("margin", "discount")


def read_customers(project: Record, known: Known, currency: str) -> tuple[Base, ...]:
    """Bases without mistakes of form; rates that they leave out are those under `value`."""
    bases: Record | None = project.get("customers")
    if bases is None:
        return ()
    rates: Record = project.get("value") or Record("value", project.spot, project.notes)
    if "value" in project.bad:
        rates.bad.update(RATES)  # what it says of them is not known
    for name in bases:
        _check_name(name, bases)
        _check_horizon(bases[name])
    found = [_base(name, bases[name], known, currency, rates) for name in bases]
    _check_apart(bases, known)
    return tuple(base for base in found if base is not None)


def _check_name(name: str, bases: Record) -> None:
    if "__" in name:
        bases.refuse(name, f": '{name}' holds '__', which stands between a base and a study", "write one '_'")


def _check_horizon(record: Record) -> None:
    """What is valued are whole months, or steps of the grid."""
    least = record.get("grid", DAY) if record.get("kind") == "purchases" else 31 * DAY
    if "horizon" in record and record["horizon"] < least:
        cure = f"value customers over {brief(least)} at least"
        record.refuse("horizon", f" of {brief(record['horizon'])} is too short to value anything", cure)


def _base(name: str, record: Record, known: Known, currency: str, rates: Record) -> Base | None:
    terms = _terms(record, rates)
    sheet = sheet_of(record, "fact", known.sheets, known.facts)
    if sheet is None or "kind" not in record:
        return None
    unit = known_kind(record, "unit", known.kinds)
    if sheet.whole:
        _check_fact(record, sheet, unit, known)
    unit = unit if record.has("unit") else sheet.keyed_by
    dimensions = tuple(_dimensions(record, sheet, unit, known))
    where, amount = sheet.expression(record, "where", "condition"), _amount(record, sheet, currency)
    category, plan = sheet.column(record, "category", ("text",)), sheet.column(record, "plan", ("text",))
    ends = _ends(record, sheet)
    if terms is None or unit is None:
        return None
    if record["kind"] == "purchases":
        grid = record.get("grid", DAY)
        return Purchases(name, sheet.name, unit, amount, terms, where, category, grid, dimensions)
    if amount is None or ends is None:
        return None
    return Subscriptions(name, sheet.name, unit, ends, amount, terms, where, plan, dimensions)


def _terms(record: Record, rates: Record) -> Terms | None:
    """What finance says of the base, else what it says under `value`."""
    if not record.has("discount") and not rates.has("discount"):
        cure = (
            "finance must give the annual rate at which later money counts less, such as `discount: 10%`, here or "
            "under value; there is no default"
        )
        record.refuse(None, ": 'discount' is missing", cure)
    margin, discount = (record.get(key) if record.has(key) else rates.get(key) for key in RATES)
    if discount is None or "horizon" not in record:
        return None
    valued = margin is not None and record.has("amount")
    return Terms(float(margin) if valued else None, float(discount), record["horizon"])


def _check_fact(record: Record, sheet: Sheet, unit: str | None, known: Known) -> None:
    """Rows have a moment, and lead to a customer."""
    if sheet.wide:
        needs = "a purchase has one" if record["kind"] == "purchases" else "a subscription starts on one"
        found = f": '{sheet.name}' is a wide fact, whose rows have no dates, and {needs}"
        record.refuse("fact", found, "name a fact with `time`, or add `time` to it")
    leads = any((one.child, one.parent) == (sheet.keyed_by, unit) for one in known.relations)
    if unit is not None and unit != sheet.keyed_by and not leads:
        found = f": '{sheet.name}' is keyed by '{sheet.keyed_by}', and nothing says to which '{unit}' each belongs"
        cure = f"say under units how '{sheet.keyed_by}' leads to '{unit}', or write `unit: {sheet.keyed_by}`"
        record.refuse("unit", found, cure)


def _amount(record: Record, sheet: Sheet, currency: str) -> Expression | None:
    """Money in the currency of the report."""
    if not record.has("amount") and record["kind"] == "subscriptions":
        record.refuse(None, ": 'amount' is missing", "add what a subscription brings a month, such as `amount: mrr`")
    elif not record.has("amount") and record.has("margin"):
        found = ": without `amount` there is no revenue that it is a share of"
        record.refuse("margin", found, "add what was paid, such as `amount: total`, or remove it")
    amount = sheet.expression(record, "amount", "number")
    if amount is None:
        return None
    if amount.type.name != "money":
        names = sorted(columns(amount)) or ["amount"]
        found = f": it is {'an' if amount.type.name == 'integer' else 'a'} {amount.type.name}, and not money"
        record.refuse("amount", found, f"declare it under {sheet.home}, for example `{names[0]}: money`")
    elif amount.type.currency != currency:
        found = f": it is in {amount.type.currency}, and the report is in {currency}"
        record.refuse("amount", found, "convert it before it comes here")
    return amount


def _ends(record: Record, sheet: Sheet) -> str | None:
    """The column of the ends, blank where there is none yet."""
    if sheet.time is not None and record.get("ends") in (sheet.time.name, sheet.time.column):
        found = f": column '{record['ends']}' is the time of '{sheet.name}', at which a subscription starts"
        record.refuse("ends", found, "name the column that says when it ended")
        return None
    return sheet.column(record, "ends", ("time",), blank=True)


def _dimensions(record: Record, sheet: Sheet, unit: str | None, known: Known) -> Iterator[str]:
    """Those that are attributes of the customers."""
    named: tuple[str, ...] = record.get("dimensions", ())
    for place, name in enumerate(named):
        at = f"[{place + 1}]"
        if name == STARTED:
            found = f"{at}: '{STARTED}' is the month in which a unit started in a study"
            record.refuse("dimensions", found, "remove it: customers are always shown by the month in which they came")
        elif name not in known.dimension_names:
            cure = instead(name, known.dimension_names, "the dimensions are") or "declare it under dimensions"
            record.refuse("dimensions", f"{at}: there is no dimension '{name}'", cure)
        elif name in named[:place]:
            record.refuse("dimensions", f"{at}: '{name}' stands there twice", "keep one of them")
        elif name in known.dimensions:
            _check_dimension(record, at, name, sheet, unit, known)
            yield name


def _check_dimension(record: Record, at: str, name: str, sheet: Sheet, unit: str | None, known: Known) -> None:
    located = known.sheets[known.dimensions[name].fact]
    if not located.whole or not sheet.whole or unit is None:
        return
    if located.keyed_by != unit:
        found = f"{at}: '{name}' is an attribute of '{located.keyed_by}', and the customers are of kind '{unit}'"
        record.refuse("dimensions", found, f"name a dimension of '{unit}'")
    elif located.unit is None:
        found = f"{at}: '{located.name}', which holds '{name}', does not name its units"
        record.refuse("dimensions", found, f"add `unit` to facts.{located.name}")


def _check_apart(bases: Record, known: Known) -> None:
    """The rows of a fact are purchases or subscriptions, not both."""
    held: dict[str, str] = {}  # fact -> the first base on it
    for name in bases:
        record: Record = bases[name]
        fact = record.get("fact", known.facts[0] if len(known.facts) == 1 else None)
        if fact not in known.facts or "kind" not in record:
            continue
        first = held.setdefault(fact, name)
        kind = bases[first]["kind"]
        if kind != record["kind"]:
            found = f": '{fact}' holds {kind} for customers.{first}, and here {record['kind']}"
            record.refuse("fact", found, f"keep one of the two: {APART}")
