"""Single values that a key may take: names, choices, fractions, currencies; how each is read and described."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

from liftledger.definitions import address, numerals, times
from liftledger.definitions.notes import Unfit, instead, listed
from liftledger.definitions.shapes import Value
from liftledger.domain.engine import ADDRESSES
from liftledger.domain.money import MINOR_DIGITS

NAME = r"^[a-z][a-z0-9_]{0,62}$"
NUMBER = r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$"
SURELY_PERCENT = 2  # 10 is 10 %; of 1.5 nobody knows whether it is 1.5 %, 15 % or a slip
SCALAR = ["string", "number", "boolean"]  # YAML types of a scalar that we take as text


def is_name(text: str) -> bool:
    """Whether it can name a fact, a metric, a dimension or a column in expressions."""
    return re.fullmatch(NAME, text) is not None


def _name(text: str) -> str:
    if not is_name(text):
        if is_name(text[:1]) and re.fullmatch(r"[a-z0-9_]+", text):
            raise Unfit("is too long for a name", f"shorten it from {len(text)} to at most 63 characters")
        bare = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text))  # without accents
        plain = re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_")
        raise Unfit("", f"use a-z, 0-9 and _, a letter first; '{plain}' would do" if is_name(plain) else "")
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise Unfit("is empty")
    if re.search(r"[\x00-\x1f\x7f]", text.strip()):
        raise Unfit("holds a line break or a control character", "write it on one line")
    return text


def _description(text: str) -> str:
    return " ".join(text.split())


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Unfit("")
    return text.lower() == "true"


def _character(text: str) -> str:
    if text == "\\t":
        return "\t"
    if len(text) != 1:
        raise Unfit("")
    return text


def _currency(text: str) -> str:
    if text not in MINOR_DIGITS:
        cure = f"did you mean '{text.upper()}'?" if text.upper() in MINOR_DIGITS else ""
        raise Unfit("", cure)
    return text


def _confidence(text: str) -> float:
    if not re.fullmatch(NUMBER, text):
        cure = f"write 0.{text[:-1]}" if re.fullmatch(r"[0-9]{2}%", text) else ""
        raise Unfit("", cure)
    if not Fraction(1, 2) < Fraction(text) < 1:
        raise Unfit("", "it must lie between 0.5 and 1 (0.95 means 95%)")
    return float(text)


def fraction(text: str) -> Fraction:
    """'1/3', '5%' or '0.05', exactly."""
    written = text.replace(" ", "")
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", written)
    if match and int(match[2]):
        return Fraction(int(match[1]), int(match[2]))
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%?)", written)
    if match:
        return Fraction(match[1]) / (100 if match[2] else 1)
    raise Unfit("")


def _share(text: str) -> Fraction:
    share = fraction(text)
    if share > 1:
        raise Unfit("", _at_most_one("a share", text))
    return share


def _at_most_one(what: str, text: str) -> str:
    """What would do instead of a share above 1."""
    if text.endswith("%"):
        return f"{what} is at most 100%"
    if fraction(text) > 100:
        return f"{what} is at most 1"
    if fraction(text) >= SURELY_PERCENT:
        return f"{what} is at most 1; write {text}% for a percentage"
    tenth = fraction(text) * 10
    return (
        f"{what} is at most 1, which is 100%; write the percentage that is meant, such as {text}% or {float(tenth):g}%"
    )


def _limit(text: str) -> tuple[str, Decimal]:
    """('value', limit) or ('percentile', percentage)."""
    match = re.fullmatch(r"p([0-9]{1,2}(?:\.[0-9]{1,2})?)", text)
    if match:
        percentage = Decimal(match[1])
        if percentage == 0:
            raise Unfit("", "a percentile lies between p0.01 and p99.99")
        return "percentile", percentage
    if not re.fullmatch(NUMBER, text):
        raise Unfit("")
    if Decimal(text) == 0:
        raise Unfit("is 0", "a limit of 0 would erase the values; remove it, or write the amount beyond which to cap")
    return "value", Decimal(text)


def _scale(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= 12:
        raise Unfit("")
    return int(text)


def _decimal(text: str) -> Decimal:
    """Without trailing zeros, so that 12.50 and 12.5 are the same definition."""
    if not re.fullmatch(NUMBER, text):
        raise Unfit("", _rewritten(text))
    found = Decimal(text)
    return Decimal(format(found.normalize(), "f")) if found else Decimal(0)


def _rewritten(text: str) -> str:
    """What to write instead, where it is a number, or a percentage, as somebody else writes it."""
    number = text.strip().removesuffix("%")
    plain = numerals.plain(number)
    return f"write {plain}{text.strip()[len(number) :]}" if plain != number and re.fullmatch(NUMBER, plain) else ""


MONEY = r"(?:[A-Z]{3}|[$€£¥])\s*(-?[0-9][0-9.,_' ]*)|(-?[0-9][0-9.,_' ]*?)\s*(?:[A-Z]{3}|[$€£¥])"


def _bare(text: str) -> Decimal:
    """A number without the currency, which is the project's."""
    money = re.fullmatch(MONEY, text.strip())
    if money:
        written = money[1] or money[2]
        meant = listed(numerals.readings(written) or (numerals.plain(written) or "the number",), last="or")
        raise Unfit(
            "",
            f"amounts stand without a currency, in that of the file: write {meant} if it is that one, else convert it",
        )
    return _decimal(text)


def _sure(text: str) -> Decimal:
    """An amount that is no thousand to some, and one to others."""
    if two := numerals.readings(text):
        raise Unfit("", f"write {listed(two, last='or')}, whichever is meant")
    return _bare(text)


def _amount(text: str) -> Decimal:
    found = _sure(text)
    if found < 0:
        raise Unfit("", "an amount is 0 or more: costs are written without a sign, and are taken off")
    return found


def _positive(found: Decimal) -> Decimal:
    if found <= 0:
        raise Unfit("", "it must be above 0")
    return found


def _positive_amount(text: str) -> Decimal:
    return _positive(_sure(text))


def _positive_number(text: str) -> float:
    return float(_positive(_bare(text)))


def _percentage(text: str) -> Decimal:
    written = text.replace(" ", "")
    number = written.removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", number):
        raise Unfit("", "it lies between 0 and 1 (0% and 100%)" if number.startswith("-") else _rewritten(text))
    found = _decimal(number) / (100 if written.endswith("%") else 1)
    if found > 1:
        raise Unfit("", _at_most_one("it", text))
    return _decimal(format(found, "f"))


def _rate(text: str) -> Decimal:
    if text.strip() in ("1", "1.0"):
        raise Unfit("", "that is 100% a year: write 1% or 100%, whichever is meant")
    return _percentage(text)


def _positive_percentage(text: str) -> Decimal:
    found = _percentage(text)
    if found == 0:
        raise Unfit("", "it must be above 0")
    return found


def _loss(text: str) -> Decimal:
    found = _percentage(text)
    if found == 1:
        raise Unfit("", "it must be below 100%: nothing would be left after a month")
    return found


def _holdout(text: str) -> Decimal:
    found = _percentage(text)
    if found == 1:
        raise Unfit("", "it must be below 100%: nobody would be treated")
    return found


def _effect(text: str) -> Decimal:
    """As a number, or as a percentage."""
    written = text.replace(" ", "")
    if not written.endswith("%"):
        return _decimal(written)
    if not re.fullmatch(NUMBER, written[:-1]):
        raise Unfit("", _rewritten(written))
    return _decimal(format(_decimal(written[:-1]) / 100, "f"))


def _alpha(text: str) -> Decimal:
    found = _percentage(text)
    if not 0 < found < Decimal("0.5"):
        raise Unfit("", "it lies between 0 and 50%: the chance of a false alarm, such as 5%")
    return found


def _day(text: str) -> str:
    if not re.fullmatch(times.DATE, text):
        raise Unfit("")
    times.moment(text)
    return text


def whole_number(low: int, high: int, noun: str) -> Value:
    """A whole number between two others, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise Unfit("")
        return int(text)

    return Value(f"{noun} from {low} to {high}", parse, {"type": "integer", "minimum": low, "maximum": high})


def _inside(text: str) -> str:
    """A path that cannot leave the folder, on any system."""
    path = _text(text)
    if re.match(r"[/\\~]|[A-Za-z]:", path) or "\\" in path or ".." in path.split("/"):
        raise Unfit("", "write a path inside the folder of liftledger.yaml, relative to it, such as truth.json")
    return path


def choice(*options: str, cure: str = "") -> Value:
    """One of some words."""

    def parse(text: str) -> str:
        if text not in options:
            near = instead(text, options, "")
            raise Unfit("", near if near.startswith("did") else cure)
        return text

    return Value(listed(options, last="or"), parse, {"enum": list(options)})


def _string(takes: str, parse: Any, pattern: str) -> Value:
    return Value(takes, parse, {"type": "string", "pattern": pattern})


name = _string("a name of a-z, 0-9 and _, a letter first", _name, NAME)
any_name = Value("a name", _text, {"type": SCALAR})
text = Value("text", _text, {"type": SCALAR})
description = Value("text", _description, {"type": SCALAR})
expression = Value("an expression over the fact's columns", _text, {"type": SCALAR})
boolean = Value("true or false", _boolean, {"type": "boolean"})
character = Value("one character", _character, {"type": SCALAR, "minLength": 1, "maxLength": 2})
currency = Value("an ISO 4217 code, such as USD or EUR", _currency, {"enum": sorted(MINOR_DIGITS)})
confidence = Value(
    "a number between 0.5 and 1", _confidence, {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1}
)
share = Value("a share, such as 5%, 1/3 or 0.5", _share, {"type": ["string", "number"]})
limit = Value("an amount, or a percentile such as p99.5", _limit, {"type": ["string", "number"]})
number = Value("a number", lambda text: float(_decimal(text)), {"type": "number"})
positive_number = Value("a number above 0", _positive_number, {"type": "number", "exclusiveMinimum": 0})
bound = Value("a number", _decimal, {"type": "number"})
amount = Value("an amount of 0 or more", _amount, {"type": "number", "minimum": 0})
positive_amount = Value("an amount above 0", _positive_amount, {"type": "number", "exclusiveMinimum": 0})
percentage = Value("a share, such as 80% or 0.8", _percentage, {"type": ["string", "number"]})
rate = Value("a share, such as 10% or 0.1", _rate, {"type": ["string", "number"]})
positive_percentage = Value("a share above 0, such as 80% or 0.8", _positive_percentage, {"type": ["string", "number"]})
engine = _string(address.ENGINES, address.address, f"^({ADDRESSES})$")
loss = Value("a share below 1, such as 3% or 0.03", _loss, {"type": ["string", "number"]})
holdout = Value("a share below 1, such as 5% or 0.05", _holdout, {"type": ["string", "number"]})
effect = Value("a number, or a percentage such as 2%", _effect, {"type": ["string", "number"]})
alpha = Value("a share below 50%, such as 5% or 0.05", _alpha, {"type": ["string", "number"]})
inside = Value("a path inside the folder", _inside, {"type": "string"})
scale = Value("a number of digits from 1 to 12", _scale, {"type": "integer", "minimum": 1, "maximum": 12})
duration = _string("a duration, such as 90m, 12h, 14d or 2w", times.duration, times.DURATION)
positive_duration = _string("a duration, such as 90m, 12h, 14d or 2w", times.positive_duration, times.POSITIVE_DURATION)
whole_days = _string("whole days, such as 1d, 7d or 2w", times.whole_days, times.POSITIVE_DURATION)
instant = _string("a date, or a date and time, such as 2026-04-01", times.moment, times.INSTANT)
day = _string("a date, such as 2026-03-31", _day, times.DATE)
day_end = _string("a date, such as 2026-03-31", times.day_end, times.DATE)
time_format = Value("iso, unix_s, unix_ms, unix_us or a pattern like %d-%m-%Y", times.time_format, {"type": "string"})
zone = Value("an IANA time zone, such as Europe/Berlin", times.zone, {"type": "string"})
