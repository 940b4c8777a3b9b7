"""What the terminal shows of a business case: plain text, at most 100 columns; every number is on the page too."""

from collections.abc import Iterator, Mapping, Sequence

from liftledger.domain.cash import Bar, Exact, Figure, Money
from liftledger.domain.report import Report
from liftledger.domain.workings import Scenario, Workings
from liftledger.report import numbers
from liftledger.report.amounts import chance, written
from liftledger.report.case import case
from liftledger.report.case_view import LOSS_BY_EFFECTS, beyond_luck
from liftledger.report.claims import said
from liftledger.report.pilot_view import pilot_sentence
from liftledger.report.terminal import COLUMNS, GAP, INDENT, NARROWEST, fitted, width, widths, wrapped

ROWS = {  # of a scenario -> what it is called, and shorter, where each scenario has a line
    "summary.npv": ("Net present value", "NPV"),
    "closed_form.p_negative": ("Probability of a loss", "Loss"),
    "summary.benefits": ("Benefits, present value", "Benefits"),
    "summary.costs": ("Costs, present value", "Costs"),
    "summary.roi": ("Return on costs", "ROI"),
    "summary.payback": ("Payback, months", "Payback"),
}
EFFECTS_ALONE = {"closed_form.p_negative": (LOSS_BY_EFFECTS, "Loss by effects")}  # where more is uncertain
DRIVERS = 5  # bars of the tornado that are shown


def case_summary(report: Report, money: Money, names: Sequence[str] = ()) -> str:
    """The decision, what each line lets one say, scenarios side by side (`names`, else all), and what drives it."""
    head = f"{report.company}, as of {numbers.instant(report.as_of)}, {numbers.confidence(report.confidence)} intervals"
    return "\n\n".join([wrapped(head), *("\n".join(part) for part in _parts(report, money, names))]) + "\n"


def unknown(money: Money, names: Sequence[str]) -> list[str]:
    """Names that are no scenario of the case."""
    known = [one.name for one in money.workings.scenarios] if money.workings else []
    return [name for name in names if name not in known]


def _parts(report: Report, money: Money, names: Sequence[str]) -> Iterator[list[str]]:
    first = case(report, money)
    yield [wrapped(f"{first} {first.sureness}".strip())]
    if money.decision is not None and money.decision.text:
        yield [wrapped(money.decision.text)]
    if report.pilot is not None:
        yield [wrapped(pilot_sentence(report.pilot))]
    claims = said(report, money)
    if claims:
        yield [line for claim in claims for line in _claim(claim.text, claim.sureness, claim.grade)]
    if not first.shown:
        yield [wrapped(reason, "  ") for reason in first.reasons]
        return
    workings = money.workings
    if workings is not None and workings.scenarios:
        chosen = [one for one in workings.scenarios if not names or one.name in names]
        yield list(_scenarios(chosen, ROWS | EFFECTS_ALONE if beyond_luck(money) else ROWS, workings.currency))
    if money.tornado and workings is not None:
        yield list(_drivers(money.tornado[:DRIVERS], workings))
    if money.gaps:
        yield [wrapped(f"Nothing is declared for {numbers.listing(money.gaps)}: shown as gaps, not as 0.")]


def _claim(text: str, sureness: str, grade: str) -> Iterator[str]:
    yield wrapped(text)
    yield wrapped(f"{sureness} Grade: {grade}.".strip(), "  ")


def _scenarios(chosen: Sequence[Scenario], rows: Mapping[str, tuple[str, str]], currency: str) -> Iterator[str]:
    """A column a scenario where they fit, else a paragraph each."""
    yield wrapped(f"Scenarios, {currency}; all else here is of the case as declared and measured")
    lines = [("", *(numbers.label(one.name) for one in chosen))]
    lines += [(head, *(_outcome(one, row, currency) for one in chosen)) for row, (head, _) in rows.items()]
    if width(lines) > COLUMNS:
        lines = [("", *(short for _, short in rows.values()))]
        lines += [(numbers.label(one.name), *(_outcome(one, row, currency) for row in rows)) for one in chosen]
    if width(lines) > COLUMNS:
        for one in chosen:
            told = "; ".join(f"{head} {_outcome(one, row, currency)}" for row, (head, _) in rows.items())
            yield wrapped(f"{numbers.label(one.name)}: {told}", "  ")
        return
    yield from _table(lines)


def _outcome(scenario: Scenario, row: str, currency: str) -> str:
    value = scenario.outcome.get(row)
    if value is None:
        return "none"
    if row == "closed_form.p_negative":
        return chance(Figure("", Exact(value), "share", "", {})).text
    if row == "summary.roi":
        return numbers.percent(value, 0)
    if row == "summary.payback":
        return numbers.fixed(value, 1)
    return written(value, currency).removesuffix(f"{numbers.NO_BREAK}{currency}")


def _drivers(bars: Sequence[Bar], workings: Workings) -> Iterator[str]:
    yield wrapped("What moves the net present value most, from an input's 10% to its 90% point, all else as it is")
    currency = workings.currency
    lines: list[tuple[str, ...]] = [("", "at 10%", "at 90%")]
    for bar in bars:
        ends = (
            written(end, currency).removesuffix(f"{numbers.NO_BREAK}{currency}") for end in (bar.npv_low, bar.npv_high)
        )
        lines.append((workings.input(bar.input).label, *ends))
    yield from _table(lines)


def _table(lines: list[tuple[str, ...]]) -> Iterator[str]:
    """Names to the left, cut off where there is no room, numbers to the right."""
    found = widths(lines)
    room = COLUMNS - len(INDENT) - sum(found[1:]) - len(GAP) * (len(found) - 1)
    found[0] = max(NARROWEST, min(found[0], room))
    for name, *cells in lines:
        right = (" " * (wide - len(cell)) + cell for cell, wide in zip(cells, found[1:], strict=True))
        yield numbers.plain(f"{INDENT}{fitted(name, found[0])}{GAP}{GAP.join(right)}".rstrip())
