"""Engines by their address: where the sums are made."""

import re
from typing import Literal

Family = Literal["duckdb", "spark", "postgres"]

_MASTER = r"(\[[0-9A-Fa-f:]+\]|[^\s/@:,\[\]]+):[0-9]{1,5}"
ADDRESSES = (
    r"duckdb|local(\[(\*|[1-9][0-9]{0,3})\])?"
    rf"|spark://{_MASTER}(,{_MASTER})*"
    r"|postgres(ql)?://([^\s:/@?]+@)?[^\s@?]+(\?\S+)?"  # a user has no password here
)
OF_POSTGRES = ("postgresql://", "postgres://")
SECRETS = ("password", "sslpassword")  # options of an address


def family(address: str) -> Family:
    """Which engine an address is of: 'duckdb', 'spark://host:7077', 'local[*]' or 'postgresql://user@host/db'."""
    if address == "duckdb":
        return "duckdb"
    return "postgres" if address.startswith(OF_POSTGRES) else "spark"


def public(address: str) -> str:
    """The address as it may be shown to anybody: with user, host and database, without a password."""
    place, _, options = re.sub(r"^(\w+:/*[^:/@?]*):[^?]*@", r"\1@", address).partition("?")
    kept = "&".join(one for one in options.split("&") if one.partition("=")[0].lower() not in SECRETS)
    return f"{place}?{kept}" if kept else place
