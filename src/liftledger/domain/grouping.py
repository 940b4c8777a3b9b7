"""How whole thousands are set apart in all that people read, wherever a sentence is made."""

from decimal import Decimal

THIN = "\u202f"  # a narrow no-break space, which is a decimal mark nowhere


def grouped(number: int | float | Decimal, places: int | None = None) -> str:
    """'64 000'; `places` are decimals, without which all digits stand."""
    return f"{number:,}".replace(",", THIN) if places is None else f"{number:,.{places}f}".replace(",", THIN)
