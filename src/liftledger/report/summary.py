"""The summary that the terminal shows: plain text, at most 100 columns."""

from collections.abc import Iterator

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import MEANING
from liftledger.domain.report import Report, StudySummary
from liftledger.report import numbers
from liftledger.report.answer import Answer, answers, harms
from liftledger.report.case import Case, case
from liftledger.report.headline import NO_STUDY, by_name, first_line
from liftledger.report.pilot_view import pilot_sentence
from liftledger.report.table import Row, grouped, row
from liftledger.report.terminal import COLUMNS, GAP, INDENT, NARROWEST, fitted, width, widths, wrapped
from liftledger.report.threats import lost_rows
from liftledger.report.truth import score
from liftledger.report.verdict import Verdict

HEADS = ("", "control", "treated", "effect", "lift", "p", "")
LEVEL_HEADS = ("", "", "value", "", "", "", "")  # of a study without a control arm
COLOURS = {Verdict.BETTER: "32", Verdict.WORSE: "31", Verdict.BROKEN: "31"}  # ANSI: green, red


def summary(report: Report, *, colour: bool = False) -> str:
    """Every study with its grade, arms, check of sizes and headlines; `colour` paints the verdicts."""
    head = f"{report.company}, as of {numbers.instant(report.as_of)}, {numbers.confidence(report.confidence)} intervals"
    studies = [_study(report, study, colour) for study in report.studies] or [wrapped(NO_STUDY)]
    return "\n\n".join([wrapped(head), *_answers(report, colour), *studies]) + "\n"


def _answers(report: Report, colour: bool) -> Iterator[str]:
    """The first lines: proven harm, the money, the three answers; paragraphs."""
    found = score(report)
    if found:
        yield wrapped(f"A simulated company: its true effects are known. {found}")
    if report.panels:
        yield from ["\n".join(map(wrapped, harms(report)))] if harms(report) else []
    if report.money:
        yield "\n".join(_case(case(report, report.money)))
    if report.pilot:
        yield wrapped(pilot_sentence(report.pilot))
    if report.panels:
        yield "\n".join(line for answer in answers(report) for line in _answer(answer, colour))


def _case(found: Case) -> Iterator[str]:
    yield wrapped(f"{found} {found.sureness}".strip())
    if found.shown:
        payback = found.figures[2][1]
        yield wrapped(f"Payback: {payback.text if payback.known else f'none, {payback.reason}'}.", "  ")
        yield wrapped(f"Weakest evidence of what is priced: {found.grade}, {found.meaning}.", "  ")
    for text in (*found.reasons, *found.overturn):
        yield wrapped(text, "  ")


def _answer(answer: Answer, colour: bool) -> Iterator[str]:
    code = COLOURS.get(answer.verdict) if colour else None
    short = f"\x1b[{code}m{answer.short}\x1b[0m" if code else answer.short
    yield f"{answer.question} {short}."
    yield wrapped(f"{answer.sentence} {answer.sureness}".strip(), "  ")


def _study(report: Report, study: StudySummary, colour: bool) -> str:
    metrics = by_name(report)
    rows = [row(e, metrics[e.metric]) for e in grouped(report.headlines(study.name), metrics)]
    heads = LEVEL_HEADS if study.control is None else HEADS
    table = _table(rows, heads, colour) if rows else ["  No number can be given yet."]
    lines = [
        wrapped(f"{study.name}, {study.kind} by {study.unit}. Grade: {study.grade}, {MEANING[study.grade]}."),
        wrapped(first_line(report, study), "  "),
        wrapped(f"Arms: {numbers.listing(tuple(_arm(study, arm) for arm in study.arms))}.", "  "),
        wrapped(_sizes(study), "  "),
        "",
        *table,
        "",
        *(wrapped(said, "  ") for said in (*map(numbers.capital, study.reasons), *_left_out(report, study))),
    ]
    return "\n".join(lines).rstrip()


def _arm(study: StudySummary, arm: str) -> str:
    units = study.units.get(arm, 0)
    control = ", control" if arm == study.control else ""
    return f"{arm} ({numbers.count(units)} {numbers.plural(study.unit, units)}{control})"


def _sizes(study: StudySummary) -> str:
    if isinstance(study.srm, NoEstimate):
        return f"Sample ratio: not tested, {study.srm.reason.rstrip('.')}."
    planned = ", ".join(numbers.percent(share) for share in study.planned.values())
    found = ", ".join(numbers.percent(study.shares[arm]) for arm in study.planned if arm in study.shares)
    return f"Sample ratio: {numbers.p_value(study.srm.p_value)} (planned {planned}; found {found})."


def _left_out(report: Report, study: StudySummary) -> Iterator[str]:
    """What was seen and is not in the numbers, or not once for each arm."""
    for kind, n in study.contaminated_parents.items():
        if n:
            several = f"had {numbers.plural(study.unit)} in several arms"
            yield f"{numbers.count(n)} {numbers.plural(kind, n)} {several}; none is counted twice."
    lost = lost_rows(report, study)
    if lost.state == "mind":
        yield lost.finding


def _table(rows: list[Row], names: tuple[str, ...], colour: bool) -> list[str]:
    """A line for each metric, its arms beneath; intervals move to lines of their own where there is no room."""
    side_by_side = [_cells(found, intervals=True) for found in rows]
    stacked = width([names, *side_by_side]) > COLUMNS
    cells = [_cells(found, intervals=False) for found in rows] if stacked else side_by_side
    kept = [place for place in range(len(names)) if any(line[place] not in ("", "none") for line in cells)]
    heads, *shown = [tuple(line[place] for place in kept) for line in (names, *cells)]
    wide = widths([heads, *shown])
    wide[0] = max(NARROWEST, min(wide[0], COLUMNS - width([heads, *shown]) + wide[0]))
    lines, metric = [_line(heads, wide)], ""
    for found, line in zip(rows, shown, strict=True):
        if found.metric != metric:
            metric = found.metric
            points = ", effect in percentage points" if found.effect.endswith("pp") else ""
            lines.append(wrapped(f"{metric}, {found.scale}{points}", "  "))
        lines.append(_painted(_line(line, wide), found, colour))
        if stacked and found.effect_range:
            lift = f"; lift {found.lift_range}" if found.lift_range else ""
            lines.append(wrapped(f"effect {found.effect_range}{lift}", "      "))
        told = () if found.verdict is Verdict.OBSERVED else found.why_not
        lines += [wrapped(text, "      ") for text in (*told, found.maturity, found.excluded, _true(found)) if text]
    return lines


def _true(found: Row) -> str:
    return f"true effect {found.truth}{', ' if found.held else ''}{found.held}" if found.truth else ""


def _cells(found: Row, *, intervals: bool) -> tuple[str, ...]:
    """Without the unit of effect and values, which the metric's line tells."""
    effect, lift = _without_unit(found.effect), found.lift
    if intervals and found.effect_range:
        effect += f" [{found.effect_range.replace(' to ', ', ')}]"
    if intervals and found.lift_range:
        lift += f" [{found.lift_range.replace('%', '').replace(' to ', ', ')}]"
    values = _without_unit(found.control), _without_unit(found.treatment)
    return tuple(
        numbers.plain(cell).replace("\n", " ") for cell in (found.arm, *values, effect, lift, found.p_value, found.name)
    )


def _without_unit(text: str) -> str:
    number, _, unit = text.rpartition(numbers.THIN)
    return number if number and unit.isalpha() else text


def _painted(line: str, found: Row, colour: bool) -> str:
    code = COLOURS.get(found.verdict) if colour else None
    return f"{line.removesuffix(found.name)}\x1b[{code}m{found.name}\x1b[0m" if code else line


def _line(cells: tuple[str, ...], wide: list[int]) -> str:
    """Names and verdicts to the left, numbers to the right."""
    name, *middle = cells[:-1]
    parts = [fitted(name, wide[0]), *(cell.rjust(place) for cell, place in zip(middle, wide[1:-1], strict=True))]
    return f"{INDENT}{GAP.join([*parts, cells[-1]])}".rstrip()
