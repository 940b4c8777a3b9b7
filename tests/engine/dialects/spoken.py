"""One expression of ours in the words of a dialect."""

from liftledger.engine.dialect import Dialect, parsed, rendered


def said(expression: str, dialect: Dialect) -> str:
    return rendered(parsed(f"SELECT {expression}"), dialect).removeprefix("SELECT ")
