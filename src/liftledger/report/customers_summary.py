"""What the terminal shows of customers: plain text, at most 100 columns; every number of it is on the page too."""

from collections.abc import Iterator

import msgspec

from liftledger.domain.customer_value import CustomerValue, Model, Simple, Tenure
from liftledger.domain.report import Report
from liftledger.report import customer_sheets, numbers
from liftledger.report.amounts import money
from liftledger.report.customer_words import (
    AHEAD,
    LETTERS,
    claims,
    continued,
    forecast_sentence,
    group_name,
    lead,
    spread,
    sureness,
    terms,
)
from liftledger.report.sheets import NOT_YET, Cell, Column, Sheet, Span, written
from liftledger.report.terminal import COLUMNS, GAP, INDENT, NARROWEST, columns, fitted, width, widths, wrapped

NONE = "No customer base is declared: see 'customers:' in the definitions."
RECENT = {"month": 6, "quarter": 4, "year": 3}  # periods that are shown, the last ones
LATEST = 12  # cohorts and months of revenue that are shown
AGES = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36)  # months since the start that are shown
LEAST = 20  # columns of a row's name before it has a line of its own
MODELS = "Models, fitted to the customers of a group; standard errors in brackets"
ELSEWHERE = "Earlier ones are on the page."


class Style(msgspec.Struct, frozen=True):
    """Where a table's intervals stand, and whether its rows' names have lines of their own."""

    small: str  # 'beside' | 'beneath' | 'none'
    apart: bool = False


STYLES = (Style("beside"), Style("beneath"), Style("none"), Style("beneath", apart=True), Style("none", apart=True))


def customer_tables(report: Report) -> str:
    """Every base with its customers, retention, worth, revenue, models and remarks."""
    head = f"{report.company}, as of {numbers.instant(report.as_of)}, {numbers.confidence(report.confidence)} intervals"
    bases = ["\n".join(_base(report, base)) for base in report.customers] or [wrapped(NONE)]
    return f"{wrapped(head)}\n\n" + "\n\n\n".join(bases) + "\n"


def _base(report: Report, base: CustomerValue) -> Iterator[str]:
    currency = report.currency
    yield wrapped(f"{numbers.capital(numbers.label(base.base))}. {lead(base, currency)}")
    for said in (sureness(base, currency, report.confidence), terms(base)):
        if said:
            yield wrapped(said, "  ")
    yield from _claims(report, base)
    yield from _table(customer_sheets.worth(base, "", currency), spread(base, currency))
    yield from _table(_recent(base))
    yield from _table(_aged(customer_sheets.retained(base, "")), ELSEWHERE if len(base.cohorts) > LATEST else "")
    yield from _table(customer_sheets.behaviour(base, "", currency))
    yield from _table(customer_sheets.revenue(base, ""))
    yield from _table(
        _last(customer_sheets.movements(base, "", currency)), ELSEWHERE if len(base.movements) > LATEST else ""
    )
    yield from _table(_tenures(base))
    yield from _listed("Forecast against what came", [forecast_sentence(found, base) for found in base.forecasts])
    yield from _listed(MODELS, [_model(found) for found in base.models])
    head = "Simple values, from formulas of textbooks; no interval, and nothing else rests on them"
    letters = [LETTERS] if base.simple and base.kind == "subscriptions" else []
    yield from _listed(head, [*(_simple(found, base, currency) for found in base.simple), *letters])
    yield from _listed("What was left out or merged", [numbers.capital(remark) for remark in base.remarks])


def _claims(report: Report, base: CustomerValue) -> Iterator[str]:
    told = [
        " ".join(
            filter(
                None,
                [
                    *([f"{claim.name}."] if claim.name != AHEAD else []),
                    claim.sentence,
                    claim.sureness,
                    f"Grade: {claim.grade}.",
                ],
            )
        )
        for found in base.incremental
        for claim in claims(found, base, report.currency, report.confidence)
    ]
    yield from _listed("What personalization added; measured and modelled are not added up", [*told, *continued(base)])


def _listed(head: str, told: list[str]) -> Iterator[str]:
    if told:
        yield from ("", f"  {head}")
        yield from (wrapped(said, INDENT) for said in told)


def _model(found: Model) -> str:
    """'Everyone (14 266), BG/NBD: r 0.243 (0.0125), ...; log-likelihood -58 214.27.'"""
    held = ", ".join(f"{p.name} {written(p.value)} ({written(p.se)})" for p in found.parameters)
    fit = "" if found.log_likelihood is None else f"; log-likelihood {numbers.fixed(found.log_likelihood, 2)}"
    notes = "".join(f" {numbers.capital(note.rstrip('.'))}." for note in found.notes)
    told = f"{held}{fit}" if held else f"no parameters. {numbers.capital(found.reason.rstrip('.'))}"
    who = f"{numbers.capital(group_name(found.group))} ({numbers.count(found.customers)})"
    return f"{who}, {found.model}: {told}.{notes}"


def _recent(base: CustomerValue) -> Sheet:
    sheet = customer_sheets.kept(base, "")
    shown = [
        row
        for period, most in RECENT.items()
        for row in [row for row in sheet.rows if row[0].values[0] == period][-most:]
    ]
    return msgspec.structs.replace(sheet, rows=tuple(shown))


def _aged(sheet: Sheet) -> Sheet:
    """A triangle of the latest cohorts at a few ages."""
    rows = sheet.rows[-LATEST:]
    ages = max(sum(cell.text != NOT_YET for cell in row) for row in rows) - 2 if rows else 0
    places = [0, 1, *(age + 2 for age in AGES if age < ages)]
    return msgspec.structs.replace(
        sheet,
        columns=tuple(sheet.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in rows),
    )


def _last(sheet: Sheet) -> Sheet:
    return msgspec.structs.replace(sheet, rows=sheet.rows[-LATEST:])


def _tenures(base: CustomerValue) -> Sheet:
    """Groups beside a few ages; a star marks what is modelled."""
    ages = [age for age in AGES if any(age in found.months for found in base.tenures)]
    heads = (customer_sheets.GROUP, *(Column(str(age), (f"month_{age}",)) for age in ages))
    rows = tuple(
        (customer_sheets.grouped(found.group), *(_stayed(found, age) for age in ages)) for found in base.tenures
    )
    title = "Still subscribed by months since the start; * is modelled, not observed"
    return Sheet("", title, heads, rows)


def _stayed(found: Tenure, age: int) -> Cell:
    shares = dict(zip(found.months, (*found.observed, *found.extrapolated), strict=True))
    if age not in shares:
        return Cell(NOT_YET, (None,), reason=NOT_YET)
    star = "" if age in found.months[: len(found.observed)] else "*"
    return Cell(numbers.percent(shares[age], 1) + star, (shares[age],))


def _simple(found: Simple, base: CustomerValue, currency: str) -> str:
    unit = f"{currency} per {numbers.label(base.unit)}"
    value = "none" if found.value is None else f"{money(found.value, currency)} {unit}"
    why = f": {found.reason.rstrip('.')}" if found.value is None else ""
    who = numbers.capital(group_name(found.group))
    return f"{who}, simple: {value} by {found.formula}{why}. {numbers.capital(found.convention)}."


def _table(sheet: Sheet, after: str = "") -> Iterator[str]:
    """A title, a line for each row, and beneath it why it lacks a number."""
    if not sheet.rows:
        return
    rows, shown = sheet.laid_out, sheet.shown
    style = next((style for style in STYLES if _fits(sheet, style)), STYLES[-1])
    lines = [_lines(row, style) for row in rows]
    heads = ("" if style.apart else shown[0].name, *(column.name for column in shown[1:]))
    every = [heads, *(line for found in lines for line in found)]
    wide = widths(every)
    wide[0] = max(0 if style.apart else NARROWEST, min(wide[0], COLUMNS - width(every) + wide[0]))
    right = [column.number for column in shown]
    yield from ("", wrapped(sheet.title, "  "), _line(heads, wide, right))
    for row, found in zip(rows, lines, strict=True):
        if style.apart:
            yield wrapped(row[0].cell.text, INDENT)
        yield from (_line(line, wide, right) for line in found)
        for reason in dict.fromkeys(span.cell.reason for span in row if span.cell.small and span.cell.reason):
            yield wrapped(f"none: {reason}", f"{INDENT}  ")
    left = any(span.cell.small and not span.cell.reason for row in rows for span in row) and style.small == "none"
    told = (*sheet.silent, *sheet.notes, "Their intervals are on the page." if left else "", after)
    yield from (wrapped(said, INDENT) for said in told if said)


def _fits(sheet: Sheet, style: Style) -> bool:
    lines = [
        (*(column.name for column in sheet.shown),),
        *(line for row in sheet.laid_out for line in _lines(row, style)),
    ]
    longest = max(columns(row[0].cell.text) for row in sheet.laid_out)
    name = 0 if style.apart else min(longest, LEAST)
    return width([("", *line[1:]) for line in lines]) + name <= COLUMNS


def _lines(row: tuple[Span, ...], style: Style) -> list[tuple[str, ...]]:
    """A cell for each column: a merged one says its word in each. Intervals in brackets, or on a line beneath."""
    cells = [span.cell for span in row for _ in range(span.columns)]
    texts = [("" if cell.text == NOT_YET else cell.text, "" if cell.reason else cell.small) for cell in cells]
    if style.apart:
        texts[0] = ("", "")
    beside = [
        f"{said} [{small.replace(' to ', ', ')}]" if small and style.small == "beside" else said
        for said, small in texts
    ]
    found = [tuple(_clean(said) for said in beside)]
    if style.small == "beneath" and any(small for _, small in texts):
        found.append(tuple(_clean(small.replace(" to ", "..")) for _, small in texts))
    return found


def _clean(text: str) -> str:
    return numbers.plain(text).replace("\n", " ")


def _line(cells: tuple[str, ...], wide: list[int], right: list[bool]) -> str:
    placed = (
        cell.rjust(place) if number else fitted(cell, place)
        for cell, place, number in zip(cells, wide, right, strict=True)
    )
    return f"{INDENT}{GAP.join(placed)}".rstrip()
