"""Rows of a benefit line: from the effect that was measured to what it is worth in each month, and altogether."""

from collections.abc import Callable, Iterator

from liftledger.domain.workings import Constant, Formula, Month, Nothing, Of, Row, apply
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.workings.turning_point import NOTHING

SHARE = "Share of the full effect"


def benefit_rows(one: Priced, currency: str) -> Iterator[Row]:
    """Money has the sign that turns an effect, treatment minus control, into what is gained."""
    line, own, sign = one.line, f"lines.{one.line.name}", 1 if one.direction > 0 else -1
    each = f"{currency} per campaign" if line.per == "campaign" else f"{currency} per month"

    def row(name: str, label: str, unit: str, formula: Formula, *, monthly: bool = False) -> Row:
        return Row(f"{own}.{name}", label, unit, line.name, formula, monthly)

    of = _of(own)
    for name, label, formula in _expected(one):
        yield row(name, label, "share" if name == "weight" else one.unit, formula)
    yield row("treated", "Units that are treated", "units", of("units") * (1 - of("holdout")))
    worth = _worth(one)
    yield row("each", "Money of one unit of effect, on one treated unit", currency, worth if sign > 0 else -worth)
    yield row("per_effect", "Money of one unit of effect", each, of("treated") * of("each"))
    if one.counted is not None:
        counted = of("counted" if one.counts_another else "effect")
        volume = counted * of("treated")
        yield row("volume", "What it moves, for the better", _moved(one), volume if one.better > 0 else -volume)
    yield row("monthly", "Money at the full effect", each, of("expected") * of("per_effect"))
    spread = one.worth is not None and one.worth.course is not None
    for name, label, formula in _earned(one) if spread else [("share", SHARE, _share(one))]:
        yield row(name, label, "share", formula, monthly=True)
    yield row("benefit", "Benefit", currency, of("monthly") * of("share"), monthly=True)
    whole = apply("product_over_months", of("share"), Of("discount_factor"))
    yield row("present_share", "Full effects, each discounted", "months", whole)
    of_one = of("per_effect") * of("present_share")
    yield row("present_of_one", "Present value of one unit of effect", currency, of_one)
    yield row("present", "Present value", currency, of("expected") * of("present_of_one"))
    error = apply("absolute", of("present_of_one")) * of("expected_se")
    yield row("present_se", "Standard error of the present value", currency, error)
    if spread:
        gained = apply("product_over_months", of("gained"), Of("discount_factor"))
        yield row("gained_share", "Full effects, each discounted, as if earned at once", "months", gained)
        ever = of("first") / ((1 + Of("discount")) ** (Constant(1) / 12) - of("stays"))
        yield row("ever", "Share of the worth that is earned ever, discounted", "share", ever)
        beyond = of("monthly") * of("gained_share") * of("ever") - of("present")
        yield row("beyond", "Present value that is earned after the last month: not counted", currency, beyond)
    held_out = of("units") * of("holdout") * of("each") * of("present_share")
    yield row("forgone_of_one", "Present value of one unit of effect, on the units held out", currency, held_out)
    forgone = of("expected") * of("forgone_of_one")
    yield row("forgone", "Present value that the holdout forgoes: shown, never subtracted", currency, forgone)


def turning_rows(one: Priced, currency: str) -> Iterator[Row]:
    """Where the NPV of the whole case turns, all else as it is; after the summary."""
    own, of = f"lines.{one.line.name}", _of(f"lines.{one.line.name}")

    def row(name: str, label: str, unit: str, formula: Formula) -> Row:
        return Row(f"{own}.{name}", label, unit, one.line.name, formula, monthly=False)

    others = Of("summary.benefits") - of("present")
    yield row("needed", "Present value that it must bring", currency, Of("summary.costs") - others)
    nothing = Nothing(NOTHING.reason)
    even = apply("choose", of("present_of_one"), of("needed") / of("present_of_one"), nothing)
    yield row("break_even", "Expected effect at which the NPV is 0", one.unit, even)
    if one.prior is None and not one.line.assumed:
        needed, left = of("needed"), Of("summary.npv")
        turns = apply("less", 0, of("se") * needed * left)
        sd = of("se") * apply("root", needed / left)
        none = Nothing("no prior around 0 changes the sign of the NPV")
        label = "Standard deviation of a prior around 0 at which the NPV changes its sign"
        yield row("sign_change", label, one.unit, apply("choose", turns, sd, none))


def _moved(one: Priced) -> str:
    """Unit of what the effect moves: of a share of units these are units."""
    things = one.counted_unit.partition(" per ")[0]
    each = "campaign" if one.line.per == "campaign" else "month"
    return f"{'units' if things == 'share' else things} per {each}"


def _expected(one: Priced) -> Iterator[tuple[str, str, Formula]]:
    """The expected effect and its standard error: after the prior, as measured, or as assumed."""
    of = _of(f"lines.{one.line.name}")
    expected, spread = "Expected effect", "Standard error of the expected effect"
    if one.line.assumed:
        # variance of the triangular distribution: squared distances of its three points / 36, which is 12 x (1 + 1 + 1)
        low, mode, high = of("effect_low"), of("effect"), of("effect_high")
        yield "below", "Most likely effect less the lowest plausible one", mode - low
        yield "above", "Highest plausible effect less the most likely one", high - mode
        squares = apply("add", _square(of("below")), _square(of("above")), _square(high - low))
        yield "expected", expected, mode + 0
        yield "expected_se", spread, apply("root", squares / (12 * apply("add", 1, 1, 1)))
        return
    mean: Formula = of("effect")
    if one.prior is None:
        yield "weight", "Weight of the measurement: no prior is declared", Constant(1)
    else:
        ratio = of("se") / of("prior_sd")
        yield "weight", "Weight of the measurement against the prior", 1 / (1 + _square(ratio))
        mean = of("prior_mean") + of("weight") * (of("effect") - of("prior_mean"))
    yield "expected_se", spread, of("se") * apply("root", of("weight"))
    luck = Of(f"studies.{one.line.study}.luck") * of("expected_se")
    yield "expected", expected, mean + luck if one.direction > 0 else mean - luck


def _worth(one: Priced) -> Formula:
    """Money that one unit of effect is worth on one unit, where more of the metric is better."""
    of = _of(f"lines.{one.line.name}")
    worth: Formula = of("realisation")
    if one.line.worth is not None:
        worth = of("worth") * worth
    return worth * Of("margin") if one.line.basis == "revenue" else worth


def _share(one: Priced) -> Formula:
    """Equal steps until the full effect, then decay from the second month on; a campaign in its own months only."""
    of = _of(f"lines.{one.line.name}")
    steps = apply("maximum", apply("maximum", of("ramp"), 1) * Of("pace"), 1)
    ramp = apply("minimum", Month() / steps, 1)
    kept = apply("choose", apply("less", 1, Month()), (1 - of("decay")) ** (Month() - 1), 1)
    share = ramp * kept
    return share * of("campaign") if one.line.per == "campaign" else share


def _earned(one: Priced) -> Iterator[tuple[str, str, Formula]]:
    """Of a worth that comes in as time goes by: who stayed in an earlier month brings what is left of them in this one.

    first x sum over months s before t of share(s) x stays^(t - 1 - s), as a running total of share(s) / stays^s.
    """
    of = _of(f"lines.{one.line.name}")
    yield "gained", SHARE, _share(one)
    yield (
        "gained_back",
        "As many from the beginning on, of whom as many would be left",
        of("gained") / of("stays") ** Month(),
    )
    yield "gained_so_far", "Their number so far", apply("so_far", of("gained_back"))
    before = of("gained_so_far") - of("gained_back")
    yield "share", "Share of a month's worth that is earned", of("first") * of("stays") ** (Month() - 1) * before


def _square(term: Formula) -> Formula:
    return term * term


def _of(own: str) -> Callable[[str], Of]:
    return lambda name: Of(f"{own}.{name}")
