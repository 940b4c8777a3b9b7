"""Numerals: numbers as people write them, which is not in one way everywhere."""

import re
from decimal import Decimal

SPACES = r"[\s_'’]"  # between groups of digits
GROUPED = r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?"  # 1,234.50
TURNED = r"-?[1-9][0-9]{0,2}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})"  # 1.234,50
COMMA = r"-?[0-9]+,[0-9]+"  # 19,50
POWERS = r"-?[0-9]{1,18}(\.[0-9]{1,18})?[eE][+-]?[0-9]{1,2}"  # 1.5e-05, as programs write small numbers
PLAIN = r"-?[0-9]+(\.[0-9]+)?"
EITHER = r"-?[1-9][0-9]{0,2}\.[0-9]{3}"  # 1.234: one thousand and more, or one and a little


def plain(text: str) -> str:
    """With a point before the decimals and nothing between groups; '' where no number can be made of it."""
    written = re.sub(SPACES, "", text)
    if re.fullmatch(GROUPED, written):
        return written.replace(",", "")
    if re.fullmatch(TURNED, written):
        return written.replace(".", "").replace(",", ".")
    if re.fullmatch(COMMA, written):
        return written.replace(",", ".")
    if re.fullmatch(POWERS, written):
        return format(Decimal(written).normalize(), "f")
    return written if re.fullmatch(PLAIN, written) else ""


def readings(text: str) -> tuple[str, ...]:
    """The two numbers that it may be, where its point stands between groups to some, and before decimals to others."""
    if not re.fullmatch(EITHER, text):
        return ()
    shorter = text.rstrip("0").removesuffix(".")
    return text.replace(".", ""), shorter if shorter != text else f"{text}0"
