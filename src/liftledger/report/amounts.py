"""How the figures of a business case are written: rounded to what their interval supports, with their unit."""

import math

import msgspec

from liftledger.domain.cash import Exact, Figure
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.money import MINOR_DIGITS
from liftledger.report import numbers

MILLION = 1_000_000
LEAST = 0.001  # the finest probability that a normal approximation is trusted with


class Amount(msgspec.Struct, frozen=True):
    """A figure as text: its number, its unit, its interval. Without a number, 'none' and the reason why."""

    id: str
    number: str  # '1 240 000', '43%'
    unit: str  # 'USD', 'tickets fewer per month', '' where the number says it
    range: str  # '610 000 to 1 870 000', '' without an interval
    reason: str

    @property
    def text(self) -> str:
        return f"{self.number}{numbers.NO_BREAK}{self.unit}" if self.unit else self.number

    @property
    def unsigned(self) -> str:
        return self.text.lstrip("+" + numbers.MINUS)

    @property
    def known(self) -> bool:
        return not self.reason


def amount(figure: Figure, *, difference: bool = False) -> Amount:
    """A figure as text; a `difference` carries its sign, and shares differ by percentage points."""
    answer, unit = figure.answer, figure.unit
    if isinstance(answer, NoEstimate):
        return Amount(figure.id, "none", "", "", answer.reason.rstrip("."))
    answer, unit = _turned(answer, unit)
    decimals = places(answer, unit, difference=difference)
    points = difference and unit == "share"

    def number(value: float) -> str:
        found = _number(value, unit, decimals, signed=difference)
        return found.removesuffix("%") if points else found

    ends = [number(answer.low), number(answer.high)] if isinstance(answer, Interval) else []
    words = "pp" if points else _words(unit, number(answer.value))
    return Amount(figure.id, number(answer.value), words, " to ".join(ends), "")


def _turned(answer: Interval | Exact, unit: str) -> tuple[Interval | Exact, str]:
    """'-130 tickets fewer' as '130 tickets more', and the other way round."""
    opposite = {"more": "fewer", "fewer": "more"}
    words = unit.split(" ")
    if answer.value >= 0 or not opposite.keys() & set(words):
        return answer, unit
    turned = " ".join(opposite.get(word, word) for word in words)
    if isinstance(answer, Exact):
        return Exact(-answer.value), turned
    return Interval(-answer.value, answer.se, -answer.high, -answer.low), turned


def written(value: float, unit: str) -> str:
    """A number that no figure holds: '1 240 000 USD'."""
    return amount(Figure("", Exact(value), unit, "", {})).text


def chance(figure: Figure) -> Amount:
    """A probability, no finer than a thousandth and never certain: 'below 0.1%'."""
    found, answer = amount(figure), figure.answer
    if isinstance(answer, Exact) and not LEAST <= answer.value <= 1 - LEAST:
        said = (
            f"below {numbers.percent(LEAST, 1)}" if answer.value < LEAST else f"above {numbers.percent(1 - LEAST, 1)}"
        )
        return msgspec.structs.replace(found, number=said)
    if isinstance(answer, Exact) and found.number == numbers.percent(1, 0):
        return msgspec.structs.replace(found, number=numbers.percent(answer.value, 1))
    return found


def money(value: float, currency: str) -> str:
    """An amount in a table whose heading holds the currency: '12 400', '12.50'."""
    return amount(Figure("", Exact(value), currency, "", {})).number


def short(figure: Figure) -> str:
    """For a headline, without sign: '1.24 million USD', below a million '412 000 USD'."""
    answer = figure.answer
    if isinstance(answer, NoEstimate):
        return "none"
    if abs(answer.value) < MILLION:
        return amount(figure).text.removeprefix(numbers.MINUS)
    decimals = places(answer, figure.unit)
    millions = numbers.fixed(round(abs(answer.value), decimals) / MILLION, min(2, max(0, 6 + decimals)))
    return f"{millions}{numbers.NO_BREAK}million{numbers.NO_BREAK}{figure.unit}"


def is_money(unit: str) -> bool:
    """Whether a figure's unit is an amount of money, such as 'USD' or 'USD per month'."""
    return unit.partition(" ")[0] in MINOR_DIGITS


def _is_share(unit: str) -> bool:
    return unit.partition(" ")[0] == "share"


def _number(value: float, unit: str, decimals: int, *, signed: bool = False) -> str:
    scaled = value * 100 if _is_share(unit) else value
    rounded = round(scaled, decimals) if math.isfinite(scaled) else scaled
    return numbers.fixed(rounded, max(0, decimals), signed=signed) + ("%" if _is_share(unit) else "")


def _words(unit: str, number: str) -> str:
    """What stands after the number: the unit, in the singular after exactly 1; of a share, what it is per."""
    if _is_share(unit):
        return unit.partition(" ")[2]
    return unit.removesuffix("s") if number == "1" and unit in ("months", "days") else unit


def places(answer: Interval | Exact, unit: str, *, difference: bool = False) -> int:
    """Decimals that give half the interval two significant digits; below 0 they round to tens, hundreds and so on.

    Shares and differences are the estimates of studies: they are written as those are, never rounded to tens.
    """
    scale = 100 if _is_share(unit) else 1
    if isinstance(answer, Interval):
        half = (answer.high - answer.low) / 2 * scale
        if half > 0 and math.isfinite(half):
            if difference or _is_share(unit):
                return numbers.places(answer.low * scale, answer.high * scale)
            return 1 - math.floor(math.log10(half))
    value = answer.value * scale
    if not math.isfinite(value) or value == round(value):
        return 0
    if is_money(unit):
        return 0 if abs(value) >= 1000 else MINOR_DIGITS[unit.partition(" ")[0]]
    if unit == "months":
        return 1
    return numbers.significant(value, 2 if _is_share(unit) else 3)
