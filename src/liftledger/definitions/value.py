"""`value`: benefit lines, costs, priors, rates and what stands around them, as far as definitions can tell."""

from collections.abc import Sequence

from liftledger.definitions.case_keys import MONTHS
from liftledger.definitions.comparison import Measured
from liftledger.definitions.costs import check_contained, read_costs
from liftledger.definitions.given import read_given
from liftledger.definitions.lines import read_lines
from liftledger.definitions.notes import listed
from liftledger.definitions.priors import read_priors
from liftledger.definitions.record import Record
from liftledger.definitions.surroundings import read_surroundings
from liftledger.definitions.worth import Bases
from liftledger.domain.customers import Base
from liftledger.domain.value import Value

RATES = ("discount", "margin")


def read_value(project: Record, measured: Measured, customers: Sequence[Base], currency: str) -> Value | None:
    """What effects are worth; None where nothing is said of it, or no rate to discount with."""
    record: Record | None = project.get("value")
    if record is None:
        return None
    declared: Record | None = project.get("customers")
    names = declared.written if declared else []
    bases = Bases({base.name: base for base in customers}, names, record.has("acquisition"))
    months: int = record.get("months", MONTHS)
    lines = read_lines(record.get("lines"), measured, bases, currency, months)
    costs = read_costs(record.get("costs"), months)
    check_contained(record.get("costs"), costs, lines, measured.known.metrics)
    priors = read_priors(record.get("priors"), record.get("lines"), measured)
    check_terms(record)
    around = read_surroundings(record, lines, costs, names)
    if "discount" not in record:
        return None
    given = read_given(record, RATES)
    return Value(lines, costs, record["discount"], months, record.get("margin"), priors, given, **around)


def check_terms(record: Record) -> None:
    """What a case cannot do without."""
    for key in ("lines", "costs"):
        if key in record and not record[key].written:
            record.refuse(key, ": there are none", "add at least one")
    written: Record | None = record.get("lines")
    resting = [name for name in written if written[name].get("basis") == "revenue"] if written else []
    if resting and not record.has("margin"):
        found = f": 'margin' is missing, and {_lines(resting)} on revenue"
        record.refuse(None, found, "finance must give the gross margin, such as `margin: 80%`; there is no default")


def _lines(names: Sequence[str]) -> str:
    return f"lines {listed(names)} rest" if names[1:] else f"line {listed(names)} rests"
