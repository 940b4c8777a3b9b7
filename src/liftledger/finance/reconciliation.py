"""Reconciliation: a program's own holdout counts, and the studies that run under it stand beside it, never added."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.cash import BenefitLine, Exclusion, Reconciliation
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.value import Line
from liftledger.finance.figure import figure
from liftledger.finance.formulas.arithmetic import quotient, together

SUM = (
    "sum of the present values of the lines that run under the program, each at the realisation that it declares; "
    "standard errors of lines of one study are added, studies are combined as independent"
)
REALISATION = (
    "program / sum of the lines: what is left of what the studies under the program promise; the interval takes the "
    "two as independent (delta method)"
)


def beside(priced: Iterable[Line]) -> dict[str, str]:
    """Lines that only reconcile, each with the program's line that counts in its place. Both could be priced."""
    lines = {line.name: line for line in priced}
    return {name: line.under for name, line in lines.items() if line.under in lines}


def reconciling(line: BenefitLine, program: str) -> BenefitLine:
    """A line with its own figures that is not in the cash-flow."""
    why = f"it runs under the program's holdout: line {program} counts in its place, and it only reconciles to it."
    none = NoEstimate("the line is not in the cash-flow, so nothing turns on it")
    return msgspec.structs.replace(
        line,
        priced=False,
        under=program,
        reasons=(why, *line.reasons),
        break_even=msgspec.structs.replace(line.break_even, answer=none),
        sign_change=msgspec.structs.replace(line.sign_change, answer=none),
    )


def reconciliations(lines: Sequence[BenefitLine], currency: str, confidence: float) -> tuple[Reconciliation, ...]:
    """One of each program under which lines run that could be priced."""
    by_name = {line.name: line for line in lines}
    programs = dict.fromkeys(line.under for line in lines if line.under)
    return tuple(
        _reconciliation(by_name[program], [line for line in lines if line.under == program], currency, confidence)
        for program in programs
    )


def exclusions(lines: Sequence[BenefitLine], declared: Mapping[str, Line]) -> Iterator[Exclusion]:
    """Which lines of the report do not add up, as far as it takes the data to tell."""
    priced = {line.name for line in lines if line.priced}
    for line in lines:
        above = declared[line.name].under
        if line.under:
            why = f"{line.name} runs under the holdout of {line.under}, which measures it too"
            yield Exclusion(line.under, line.name, f"{why}: together they would count it twice.")
        elif above and line.name in priced:
            why = f"{above} is the holdout of the program and measures {line.name} too, but is not priced itself"
            yield Exclusion(line.name, above, f"{why}: what runs under it counts in its place.")


def _reconciliation(
    program: BenefitLine, lines: Sequence[BenefitLine], currency: str, confidence: float
) -> Reconciliation:
    own = f"money.reconciliations.{program.name}"
    whole = program.present_value.answer
    parts = [(line.study, line.present_value.answer) for line in lines]
    known = [(study, answer) for study, answer in parts if isinstance(answer, Interval)]
    assert isinstance(whole, Interval) and len(known) == len(parts)  # whatever only reconciles could be priced
    total = together(known, confidence=confidence)
    return Reconciliation(
        program=program.name,
        lines=tuple(line.name for line in lines),
        program_value=figure(
            f"{own}.program_value",
            whole,
            currency,
            "present value of the program's line, by its own holdout",
            {"program": program.present_value.id},
        ),
        sum_of_lines=figure(
            f"{own}.sum_of_lines", total, currency, SUM, {line.name: line.present_value.id for line in lines}
        ),
        realisation=figure(
            f"{own}.realisation",
            quotient(whole, total, confidence=confidence),
            "share",
            REALISATION,
            {"program": f"{own}.program_value", "sum of the lines": f"{own}.sum_of_lines"},
        ),
        text=_text(program.name, [line.name for line in lines], whole, total),
    )


def _text(program: str, lines: Sequence[str], whole: Interval, total: Interval) -> str:
    *first, last = lines
    named = f"{', '.join(first)} and {last} run" if first else f"{last} runs"
    verb = "reconcile" if first else "reconciles"
    said = f"{program} is measured by the program's own holdout and counts; {named} under it and only {verb} to it."
    sum_of = "their sum" if first else "it"
    if whole.low <= total.value <= whole.high:
        return f"{said} The holdout's interval contains {sum_of}."
    more = "more" if total.value > whole.value else "less"
    promise = "the studies promise" if first else "the study promises"
    return f"{said} The holdout's interval excludes {sum_of}: {promise} {more} than the program shows."
