"""How numbers are written, for every rendering: one style that reads the same in every country.

A point is the decimal mark, a narrow no-break space (U+202F) groups thousands, and a minus is a minus (U+2212), so no
number can be read two ways. Estimates show as many decimals as their interval supports.
"""

import math
import re
import textwrap
import unicodedata

import msgspec

from liftledger.domain.estimate import Interval
from liftledger.domain.grouping import THIN as THIN
from liftledger.domain.grouping import grouped
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.report import MetricSummary

NO_BREAK = "\u00a0"
MINUS = "\u2212"
MOST_PLACES = 9  # beyond it a number is written as 1.2e-11


class Unit(msgspec.Struct, frozen=True):
    """How values of a metric are written; shares as percent, their differences as percentage points."""

    words: str  # of a difference in a sentence: 'USD per customer'; '' where there is nothing to add
    scale: str  # of the metric in a heading: 'USD per customer', 'share of customers'
    factor: int = 1
    value_sign: str = ""
    change_sign: str = ""


def name_of(metric: MetricSummary) -> str:
    """'time to value'; of a part, 'time to value by 30 days' or 'tickets per month, billing'."""
    if metric.part_of is None:
        return label(metric.metric)
    whole = label(metric.part_of)
    if metric.part == "share":
        return f"{whole} by {metric.part_value}"
    if metric.part == "worth":
        return f"{whole} at their worth"
    return f"{whole}, {isolated(metric.part_value) or 'blank'}"


def part_of(metric: MetricSummary) -> str:
    """A part beneath its metric: 'by 30 days', 'billing'; '' for a whole metric."""
    if metric.part_of is None:
        return ""
    match metric.part:
        case "share":
            return f"by {metric.part_value}"
        case "worth":
            return "at their worth"
    return metric.part_value or "blank"


def unit_of(metric: MetricSummary, unit: str) -> Unit:
    """How `metric` is written where one row of the study is one `unit` ('customer')."""
    if metric.unit == "share":
        scale = f"share of {plural(unit)}" if metric.kind in ("conversion", "retention", "time_to") else "share"
        return Unit("percentage points", scale, 100, "%", f"{THIN}pp")
    if metric.unit == "days":
        return Unit("days", "days", 1, f"{THIN}days", f"{THIN}days")
    money = metric.unit in MINOR_DIGITS
    per = f"per {unit}" if metric.kind in ("sum", "count") and " per " not in metric.unit else ""
    rows = label(metric.fact) if metric.kind == "rate" else "rows"
    scale = f"{label(re.sub(r'^rows(?= per )', rows, metric.unit))} {per}".rstrip()
    column = metric.kind in ("sum", "mean") and not money  # no word for an amount: the metric has a name of its own
    sign = f"{THIN}{metric.unit}" if money else ""
    return Unit(per if column else scale, scale, 1, sign, sign)


def fixed(value: float, places: int, *, signed: bool = False) -> str:
    """A number with that many decimals; a value that rounds to 0 has no sign."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: f"{MINUS}∞"}.get(value, "undefined")
    if places > MOST_PLACES:
        digits = _short_exponent(f"{abs(value):.1e}")
        zero = value == 0
    else:
        digits = grouped(abs(value), places)
        zero = not digits.strip(f"0.{THIN}")
    sign = "" if zero else MINUS if value < 0 else "+" if signed else ""
    return sign + digits


def count(n: int) -> str:
    """64 000."""
    return fixed(n, 0)


def places(low: float, high: float) -> int:
    """Decimals that give half the interval's width two significant digits, and an end that is not 0 at least one."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 2
    found = significant((high - low) / 2, 2)
    while found < MOST_PLACES and any(end != 0 and float(f"{end:.{found}f}") == 0 for end in (low, high)):
        found += 1
    return found


def significant(value: float, digits: int) -> int:
    """Decimals that show `digits` significant digits of `value`."""
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def level(value: float | None, unit: Unit, decimals: int | None = None) -> str:
    """A metric's value in one arm: '10.62%', '0.65 USD'."""
    if value is None:
        return "none"
    scaled = value * unit.factor
    return fixed(scaled, significant(scaled, 3) if decimals is None else decimals) + unit.value_sign


def change(interval: Interval, unit: Unit) -> str:
    """A difference with its sign: '+7.66 pp', '+0.77 USD'."""
    return fixed(interval.value * unit.factor, effect_places(interval, unit), signed=True) + unit.change_sign


def change_range(interval: Interval, unit: Unit) -> str:
    """'+0.49 to +1.05'; the sign of the unit stands at the estimate."""
    decimals = effect_places(interval, unit)
    ends = (fixed(end * unit.factor, decimals, signed=True) for end in (interval.low, interval.high))
    return " to ".join(ends)


def effect_places(interval: Interval, unit: Unit) -> int:
    """Decimals of a difference as it is written, after scaling to percentage points."""
    return places(interval.low * unit.factor, interval.high * unit.factor)


def lift(interval: Interval) -> str:
    """A lift with its sign, as percent: '+118%'."""
    return fixed(interval.value * 100, places(interval.low * 100, interval.high * 100), signed=True) + "%"


def lift_range(interval: Interval) -> str:
    """'+64% to +198%'."""
    decimals = places(interval.low * 100, interval.high * 100)
    return " to ".join(f"{fixed(end * 100, decimals, signed=True)}%" for end in (interval.low, interval.high))


def percent(fraction: float, decimals: int = 2) -> str:
    """A share: '33.29%'."""
    return fixed(fraction * 100, decimals) + "%"


def confidence(fraction: float) -> str:
    """'95%', '99.9%': as many decimals as the level has."""
    return f"{fraction * 100:.10g}%"


def p_value(p: float) -> str:
    """'p = 0.0011', 'p = 1.2e-7': two significant digits."""
    bare = bare_p_value(p)
    return f"p{NO_BREAK}{bare}" if bare.startswith("<") else f"p{NO_BREAK}={NO_BREAK}{bare}"


def bare_p_value(p: float) -> str:
    """'0.0011', for a column headed 'p'."""
    if p < 1e-300:
        return f"<{NO_BREAK}1e-300"
    return _short_exponent(f"{p:.1e}") if p < 0.001 else f"{p:.{significant(p, 2)}f}"


def exact(value: float) -> str:
    """All twelve significant digits that the report carries, ungrouped, as in `report.json`."""
    return f"{value:.12g}"


def duration(days: float) -> str:
    """'7 days', '1 day', '12 hours', '90 minutes'."""
    for size, name in ((1.0, "day"), (1 / 24, "hour"), (1 / 1440, "minute"), (1 / 86400, "second")):
        amount = days / size
        if amount >= 1 and math.isclose(amount, round(amount), rel_tol=1e-9):
            return f"{count(round(amount))} {plural(name, round(amount))}"
    return f"{days:.6g} days"


def instant(rfc3339: str) -> str:
    """'2024-05-01T00:00:00Z' as '2024-05-01 00:00 UTC'; seconds only where they are not 0."""
    day, _, rest = rfc3339.partition("T")
    clock = rest.removesuffix("Z").removesuffix("+00:00")
    if not clock:
        return day
    hours, minutes, seconds = [*clock.split(":"), "0", "0"][:3]
    tail = "" if float(seconds) == 0 else f":{seconds}"
    return f"{day} {hours}:{minutes}{tail} UTC"


def plural(noun: str, n: int = 2) -> str:
    """'customers', 'companies', 'boxes'; the noun itself for 1."""
    if n == 1 or not noun:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def months(n: int) -> str:
    """'36 months', '1 month'."""
    return f"{n} {plural('month', n)}"


def label(name: str) -> str:
    """A defined name as prose: 'time_to_value' as 'time to value'."""
    return name.replace("_", " ")


def measured(amount: str, unit: Unit) -> str:
    """'0.77 USD per customer'."""
    return f"{amount} {unit.words}".rstrip()


def capital(text: str) -> str:
    """A sentence with its capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The beginning of a sentence as a part of one; 'IRR' stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def listing(names: list[str] | tuple[str, ...]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def isolated(text: str) -> str:
    """Right-to-left text fenced off (UAX 9), so that it cannot reorder the numbers beside it."""
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN", "RLE", "RLO", "RLI") for letter in text)
    return f"\u2068{text}\u2069" if turns else text


def plain(text: str) -> str:
    """For a terminal: an ASCII minus, plain spaces in numbers, and no character that could steer the terminal."""
    return harmless(text).replace(MINUS, "-").replace(THIN, " ").replace(NO_BREAK, " ")


def harmless(text: str) -> str:
    """Without control and format characters, such as escapes that would steer a terminal; line breaks stay."""
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf"))


def wrapped(text: str, columns: int, *, indent: str = "", hanging: str = "") -> str:
    """`text` as plain lines of at most `columns`; a number is not broken at its thin space."""
    lines = textwrap.wrap(
        harmless(text).replace("\n", " "), columns, initial_indent=indent, subsequent_indent=indent + hanging,
        break_on_hyphens=False,
    )  # fmt: skip
    return plain("\n".join(lines))


def _short_exponent(text: str) -> str:
    """'1.2e-07' as '1.2e-7'."""
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"
