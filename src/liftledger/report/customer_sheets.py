"""The sheets of a customer base: every number of it, in rows and columns."""

from collections.abc import Iterator

from liftledger.domain.customer_value import CustomerValue, Forecast, Incremental, Model
from liftledger.domain.customers import Group
from liftledger.report import numbers
from liftledger.report.customer_words import group_name
from liftledger.report.sheets import (
    NOT_YET,
    Cell,
    Column,
    Sheet,
    answer,
    answered,
    money_of,
    none,
    share,
    text,
    whole,
    written,
)

SHADES = 8
GROUP = Column("Group", ("dimension", "value", "study", "arm"), number=False)
MOVES = ("opening", "new", "expansion", "contraction", "churned", "reactivated", "closing")
SIGNS = {
    "new": "+",
    "expansion": "+",
    "contraction": numbers.MINUS,
    "churned": numbers.MINUS,
    "reactivated": "+",
    "closing": "=",
}
PERIODS = {"month": "Month", "quarter": "Quarter", "year": "Year"}
CONTRACTUAL = "the customers subscribe"


def worth(base: CustomerValue, at: str, currency: str) -> Sheet:
    """What customers of each group are expected to bring."""
    contract = base.kind == "subscriptions"
    spent = f"{currency}, {'of those subscribed' if contract else 'expected'}"
    columns = (
        GROUP,
        Column(people(base), ("customers",)),
        answered("Still subscribed" if contract else "Still active", "alive", "share" if contract else "mean P(alive)"),
        answered("Purchases", "purchases", "expected in the horizon"),
        answered("MRR" if contract else "A purchase", "spend", spent),
        answered("Value", "value", f"{currency} per {numbers.label(base.unit)}, modelled"),
    )  # fmt: skip
    rows = tuple(
        (
            grouped(found.group), whole(found.customers), answer(found.alive, "share"),
            answer(found.purchases, "purchases", missing=CONTRACTUAL),
            answer(found.spend, currency, missing=CONTRACTUAL), answer(found.value, currency),
        )
        for found in base.worth
    )  # fmt: skip
    notes = tuple(f"{grouped(f.group).text}: {f.note.rstrip('.')}." for f in base.worth if f.note)
    return Sheet(at, "What customers are expected to bring, by group", columns, rows, notes)


def spread(base: CustomerValue, at: str, currency: str) -> Sheet:
    """Expected value of customers, from the lowest to the highest."""
    found = base.distribution
    columns = (
        Column(f"Share of {people(base).lower()}", ("share",), "the lowest first"),
        Column("Expected value", ("value",), f"{currency} each, at most"),
    )
    rows = ((share(s), money_of(v, currency)) for s, v in zip(found.share, found.value, strict=True)) if found else ()
    title = f"Expected value of each {numbers.label(base.unit)}, modelled"
    return Sheet(at, title, columns, tuple(rows), folded=True)


def incremental(base: CustomerValue, at: str, currency: str) -> Sheet:
    """What each arm brings more than control: a row for what was measured, one for what is modelled."""
    columns = (
        Column("Arm", ("study", "arm"), number=False),
        Column("Part", ("part",), number=False),
        answered("Against control", "value", f"{currency} per {numbers.label(base.unit)}"),
        Column("Grade", ("grade",), number=False),
    )
    rows = tuple(
        (
            Cell(arm_name(found), (found.study, found.arm)),
            text(part), answer(value, currency, difference=True), text(grade),
        )
        for found in base.incremental
        for part, value, grade in (
            ("measured", found.observed, found.observed_grade),
            ("modelled", found.modelled, found.modelled_grade),
        )
    )  # fmt: skip
    notes = tuple(f"{arm_name(f)}: {note.rstrip('.')}." for f in base.incremental for note in f.notes)
    return Sheet(at, "Customer value of each arm less that of control", columns, rows, notes)


def kept(base: CustomerValue, at: str) -> Sheet:
    """Retention and churn of each whole period."""
    columns = (
        Column("Period", ("period", "start"), number=False),
        Column("At the start", ("starting",), "active"),
        Column("At the end", ("ending",), "of these, still active"),
        answered("Retention", "retention"),
        answered("Churn", "churn"),
    )
    rows = tuple(
        (
            Cell(f"{PERIODS.get(found.period, found.period)} from {found.start}", (found.period, found.start)),
            whole(found.starting), whole(found.ending), answer(found.retention, "share"), answer(found.churn, "share"),
        )
        for found in base.kept
    )  # fmt: skip
    return Sheet(at, "Retention and churn, by period", columns, rows, folded=len(rows) > 14)


def retained(base: CustomerValue, at: str) -> Sheet:
    """Shares of a cohort; the first month of those who buy is everybody, and would outshine all others."""
    later = [n / found.customers for found in base.cohorts if found.customers for n in found.active[1:]]
    most = max(later, default=1.0) or 1.0
    return _triangle(
        base, at, "Share of each cohort that was active, in %, by months since its first",
        [[_share(n, found.customers, most) for n in found.active] for found in base.cohorts],
    )  # fmt: skip


def active(base: CustomerValue, at: str) -> Sheet:
    """Customers of each cohort by month."""
    rows = [[whole(n) for n in found.active] for found in base.cohorts]
    return _triangle(base, at, f"{people(base)} of each cohort that were active", rows, folded=True)


def cohort_revenue(base: CustomerValue, at: str, currency: str) -> Sheet:
    """Shaded within each cohort, so that a small cohort is read as well as a large one."""
    most = max((value for found in base.cohorts for value in found.revenue), default=0.0)
    scale, words = (1000, f"thousand {currency}") if most >= 100_000 else (1, currency)
    rows = [
        [
            Cell(numbers.fixed(value / scale, 0), (value,), shade=_shade(value, max(found.revenue)))
            for value in found.revenue
        ]
        for found in base.cohorts
    ]
    what = "MRR at the month's end" if base.kind == "subscriptions" else "Revenue"
    return _triangle(base, at, f"{what} of each cohort, {words}", rows, folded=True)


def behaviour(base: CustomerValue, at: str, currency: str) -> Sheet:
    """How each group buys."""
    columns = (
        GROUP,
        Column(people(base), ("customers",)),
        Column("Purchases", ("purchases",)),
        answered("A purchase", "order_value", f"{currency}, mean"),
        answered("Frequency", "frequency", "purchases in 30 days"),
        answered("Bought again", "repeat_rate", "share"),
        answered("Between two", "gap_days", "days, mean"),
        answered("Categories", "categories", "bought from"),
        answered("Top 20%", "top_share", "share of revenue"),
    )
    rows = tuple(
        (
            grouped(found.group), whole(found.customers), whole(found.purchases),
            answer(found.order_value, currency), answer(found.frequency, "purchases"),
            answer(found.repeat_rate, "share"), answer(found.gap_days, "days"), answer(found.categories, "categories"),
            answer(found.top_share, "share"),
        )
        for found in base.behaviour
    )  # fmt: skip
    return Sheet(at, "How customers buy, by group", columns, rows)


def concentration(base: CustomerValue, at: str) -> Sheet:
    """The Lorenz curve, point by point."""
    found = base.concentration
    columns = (Column("Highest customers", ("share",)), Column("Revenue held", ("held",)))
    rows = ((share(s), share(h)) for s, h in zip(found.share, found.held, strict=True)) if found else ()
    return Sheet(at, "Share of revenue held by the highest customers", columns, tuple(rows), folded=True, long=True)


def revenue(base: CustomerValue, at: str) -> Sheet:
    """Net and gross revenue retention of each group."""
    columns = (
        GROUP,
        Column("Since", ("start",), number=False),
        Column(people(base), ("customers",), "subscribed then"),
        answered("Net", "nrr", "with expansion"),
        answered("Gross", "grr", "without"),
    )
    rows = tuple(
        (
            grouped(found.group), text(found.start), whole(found.accounts), answer(found.nrr, "share"),
            answer(found.grr, "share"),
        )
        for found in base.revenue
    )  # fmt: skip
    return Sheet(at, "Revenue retention over 12 months, net and gross", columns, rows)


def movements(base: CustomerValue, at: str, currency: str) -> Sheet:
    """Amounts, and beneath each the number of those whom it concerns."""
    columns = (
        Column("Month", ("month",), number=False),
        *(Column(name.capitalize(), (name, f"{name}_accounts"), SIGNS.get(name, "")) for name in MOVES),
    )
    rows = tuple(
        (text(found.month), *(_moved(getattr(found, name), found.accounts.get(name), currency) for name in MOVES))
        for found in base.movements
    )
    return Sheet(
        at, f"Monthly recurring revenue, {currency}; beneath it the number of {people(base).lower()}", columns, rows,
        folded=len(rows) > 14,
    )  # fmt: skip


def tenures(base: CustomerValue, at: str) -> Sheet:
    """Shares still subscribed, month by month; what is modelled says so."""
    columns = (
        GROUP,
        Column("Month", ("month",)),
        Column("Still subscribed", ("subscribed", "low", "high")),
        Column("Source", ("source",), number=False),
        Column("Left in the month", ("hazard",), "of those at risk"),
    )
    rows: list[tuple[Cell, ...]] = []
    for found in base.tenures:
        seen = zip(found.observed, found.low, found.high, found.hazard, strict=True)
        for month, (held, low, high, left) in zip(found.months, seen, strict=False):
            ends = f"{numbers.percent(low, 1)} to {numbers.percent(high, 1)}"
            shown = Cell(numbers.percent(held, 1), (held, low, high), small=ends)
            rows.append((grouped(found.group), whole(month), shown, text("observed"), share(left)))
        ahead = found.months[len(found.observed) :]
        for month, held in zip(ahead, found.extrapolated, strict=True):
            shown = Cell(numbers.percent(held, 1), (held, None, None))
            beyond = Cell("not observed", (None,))
            rows.append((grouped(found.group), whole(month), shown, text("modelled"), beyond))
    return Sheet(at, "Still subscribed by months since the start", columns, tuple(rows), folded=True, long=True)


def models(base: CustomerValue, at: str) -> Iterator[Sheet]:
    """A sheet for each model that was asked for, its parameters beside each other."""
    for place, name in enumerate(dict.fromkeys(found.model for found in base.models), 1):
        fits = [found for found in base.models if found.model == name]
        letters = tuple(dict.fromkeys(p.name for found in fits for p in found.parameters)) or ("parameters",)
        columns = (
            GROUP,
            Column(people(base), ("customers",)),
            *(Column(letter, (letter, f"{letter}_se", f"{letter}_reason")) for letter in letters),
            Column("Log-likelihood", ("log_likelihood", "reason")),
        )  # fmt: skip
        rows = tuple((grouped(found.group), whole(found.customers), *_fitted(found, letters)) for found in fits)
        notes = tuple(f"{grouped(f.group).text}: {note.rstrip('.')}." for f in fits for note in f.notes)
        yield Sheet(f"{at}-{place}", f"Fitted by maximum likelihood: {name}", columns, rows, notes)


def forecasts(base: CustomerValue, at: str) -> Sheet:
    """What each model expected after its calibration, and what came."""
    columns = (
        Column("Model", ("model",), number=False),
        Column("Fitted until", ("until",), number=False),
        Column(people(base), ("customers",), "known by then"),
        Column("Expected", ("expected",), "purchases afterwards"),
        Column("Came", ("observed",), "purchases afterwards"),
    )
    rows = tuple(
        (text(f.model), text(f.until), whole(f.customers), Cell(numbers.fixed(f.expected, 1), (f.expected,)),
         whole(f.observed))
        for f in base.forecasts
    )  # fmt: skip
    return Sheet(at, "Forecast against what came", columns, rows)


def track(found: Forecast, at: str) -> Sheet:
    """Repeat purchases of a forecast by step."""
    columns = (
        Column("By the end of", ("day",), number=False),
        Column("Came", ("observed",), "repeat purchases so far"),
        Column("Expected", ("expected",), "repeat purchases so far"),
    )
    told = zip(found.track.days, found.track.observed, found.track.expected, strict=True)
    rows = tuple((text(day), whole(came), Cell(numbers.fixed(hoped, 1), (hoped,))) for day, came, hoped in told)
    return Sheet(at, f"{found.model}: repeat purchases, cumulated", columns, rows, folded=True, long=True)


def by_repeats(base: CustomerValue, found: Forecast, at: str) -> Sheet:
    """Purchases after a calibration by repeat purchases in it."""
    columns = (
        Column("Repeat purchases", ("repeats", "and_more"), "until then", number=False),
        Column(people(base), ("customers",)),
        Column("Came", ("observed",), "purchases afterwards, mean"),
        Column("Expected", ("expected",), "purchases afterwards, mean"),
    )
    rows = tuple(
        (Cell(repeats(r.repeats, r.more), (r.repeats, "yes" if r.more else "no")), whole(r.customers),
         Cell(written(r.observed), (r.observed,)), Cell(written(r.expected), (r.expected,)))
        for r in found.by_repeats
    )  # fmt: skip
    return Sheet(
        at, f"{found.model}: purchases after {found.until}, by repeat purchases until then", columns, rows, folded=True
    )


def simple(base: CustomerValue, at: str, currency: str) -> Sheet:
    """Textbook values, each labelled as simple."""
    columns = (
        GROUP,
        Column("Formula", ("formula",), number=False),
        Column("Convention", ("convention",), number=False),
        Column("Value", ("value", "reason"), f"{currency} per {numbers.label(base.unit)}"),
    )
    rows = tuple(
        (
            Cell(grouped(found.group).text, grouped(found.group).values, tag="simple"),
            text(found.formula), text(found.convention),
            none(found.reason, (None,))
            if found.value is None
            else Cell(money_of(found.value, currency).text, (found.value, None)),
        )
        for found in base.simple
    )  # fmt: skip
    return Sheet(at, "Simple values, from formulas of textbooks", columns, rows)


def grouped(group: Group) -> Cell:
    """A group's name; downloaded in its four parts."""
    return Cell(numbers.capital(group_name(group)), (group.dimension, group.value, group.study, group.arm))


def arm_name(found: Incremental) -> str:
    """'Program: personalized'."""
    return numbers.capital(group_name(Group(study=found.study, arm=found.arm)))


def people(base: CustomerValue) -> str:
    """'Customers', 'Accounts'."""
    return numbers.capital(numbers.plural(numbers.label(base.unit)))


def repeats(n: int, more: bool) -> str:
    """'6', '7 and more'."""
    return f"{n} and more" if more else str(n)


def _triangle(base: CustomerValue, at: str, title: str, cells: list[list[Cell]], *, folded: bool = False) -> Sheet:
    months = max((len(row) for row in cells), default=0)
    later = Cell(NOT_YET, (None,), reason=NOT_YET)
    columns = (
        Column("Cohort", ("cohort",), number=False),
        Column(people(base), ("customers",)),
        *(Column(str(month), (f"month_{month}",)) for month in range(months)),
    )
    rows = tuple(
        (text(found.month), whole(found.customers), *row, *[later] * (months - len(row)))
        for found, row in zip(base.cohorts, cells, strict=True)
    )
    return Sheet(at, title, columns, rows, folded=folded, long=folded, dense=True)


def _share(n: int, of: int, most: float) -> Cell:
    if not of:
        return none("the cohort is empty")
    part = n / of
    return Cell(numbers.fixed(part * 100, 0 if part >= 0.0995 or n == 0 else 1), (part,), shade=_shade(part, most))


def _shade(value: float, most: float) -> int:
    return 0 if most <= 0 else max(0, min(SHADES, round(SHADES * value / most)))


def _moved(value: float, accounts: int | None, currency: str) -> Cell:
    cell = money_of(value, currency)
    return Cell(cell.text, (value, accounts), small="" if accounts is None else numbers.count(accounts))


def _fitted(found: Model, letters: tuple[str, ...]) -> Iterator[Cell]:
    why = found.reason or "the model has no such parameter"
    by_name = {p.name: p for p in found.parameters}
    for letter in letters:
        p = by_name.get(letter)
        if p is None:
            yield none(why, (None, None))
        else:
            yield Cell(written(p.value), (p.value, p.se, None), small=written(p.se))
    if found.log_likelihood is None:
        yield none(found.reason or "not worked out", (None,))
    else:
        yield Cell(numbers.fixed(found.log_likelihood, 2), (found.log_likelihood, None))
