"""Addresses of engines as they are written; what is none says which was meant."""

import re
from difflib import get_close_matches

from liftledger.definitions.notes import Unfit, instead
from liftledger.domain.engine import ADDRESSES, public

ENGINES = "duckdb, local[*], spark://HOST:PORT or postgresql://USER@HOST/DATABASE"
SCHEMES = ("spark", "postgresql", "postgres")


def address(text: str) -> str:
    """The address of an engine, without a password. Raises Unfit."""
    if public(text) != text:
        raise Unfit("holds a password", "leave it out here; PostgreSQL's own PGPASSWORD or ~/.pgpass gives it")
    if not re.fullmatch(ADDRESSES, text):
        raise Unfit("", _cure(text))
    return text


def _cure(text: str) -> str:
    scheme, mark, rest = text.partition(":/")
    if not mark:
        near = instead(text, ("duckdb", "local"), "")
        return near if near.startswith("did") else f"it takes {ENGINES}"
    if re.fullmatch(r"spark://[^\s/@:,]+[:/]*", text):
        return f"add the port of its master, for example {text.rstrip(':/')}:7077"
    close = get_close_matches(scheme.lower(), SCHEMES, n=1, cutoff=0.7)
    meant = f"{close[0]}://{rest.lstrip('/')}" if close else ""
    if re.fullmatch(ADDRESSES, meant):
        return f"did you mean '{meant}'?"
    return f"it takes {ENGINES}" if close else f"there is no engine for {scheme}; it takes {ENGINES}"
