"""Engines by their address: where the sums are made."""

from typing import Literal

Family = Literal["duckdb", "spark", "postgres"]

ADDRESSES = r"duckdb|local(\[(\*|[1-9][0-9]{0,3})\])?|spark://[^\s/@]+|postgres(ql)?://\S+"
OF_POSTGRES = ("postgresql://", "postgres://")


def family(address: str) -> Family:
    """Which engine an address is of: 'duckdb', 'spark://host:7077', 'local[*]' or 'postgresql://user@host/db'."""
    if address == "duckdb":
        return "duckdb"
    return "postgres" if address.startswith(OF_POSTGRES) else "spark"
