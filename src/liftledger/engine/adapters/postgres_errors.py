"""What PostgreSQL's errors mean to those who run a report, by their codes: its words depend on the server's language.

An error's own text may name what it is about: a table, a column, a limit.
"""

from typing import Any

from liftledger.engine.engine import Exhausted, Lost, Refusal, RowTooLarge, SumTooLarge, Unreachable

STANDBY = (
    "the server is a standby, where no temporary tables can be made: "
    "name its primary, or a copy that takes writes, such as a logical replica"
)
NO_TEMPORARY = (
    "the role may make no temporary tables, which hold what is added up: "
    "GRANT TEMPORARY ON DATABASE {database} TO {role}"
)
UNLOCKED_BY = "it asks for a password: PGPASSWORD or ~/.pgpass gives it"
TOO_OLD = "PostgreSQL {server.version} is too old: it takes {oldest} or newer"


class ServerExhausted(Exhausted):
    """The server ran out of what it gives us."""

    cure = "make room on the server, raise its limits for this role, or let it use less --memory and fewer --threads"


class Stopped(Exhausted):
    """The server ended a statement or the session, because of its limits or its administrator."""

    cure = "raise the limit for this role, such as ALTER ROLE ... SET statement_timeout = '1h', and run again"


def said(error: Any) -> Exception:
    """What became of a statement."""
    state, text = error.sqlstate or "", _first_line(error)
    match state:
        case "22003":  # of a row's 64 bits, or of the digits of a sum
            return (RowTooLarge if "bigint" in text or "integer" in text else SumTooLarge)(text)
        case "22P05":
            return Refusal(f"the definitions hold a text that the database's encoding cannot hold ({text})")
        case "22021":
            return Refusal(f"it holds a text that is not UTF-8, and its encoding SQL_ASCII does not say what ({text})")
        case "57014" | "55P03" | "25P03" | "25P04":
            return Stopped(f"the server ended a statement ({text})")
        case "57P01" | "57P02" | "57P03" | "57P05":
            return Lost(f"the server went away: {text}")
    if state.startswith("53"):
        return ServerExhausted(f"the server ran out of room ({text})")
    if state.startswith("08") or not state:
        return Lost(f"the connection was lost: {text}")
    return Refusal(text)


def unreachable(error: Any) -> Unreachable:
    """Why there is no connection: what the server, or the last of its addresses, said."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    told = [line for line in lines if "failed:" in line or "FATAL" in line] or lines
    reason = told[-1].rpartition("failed: ")[2].removeprefix("FATAL:").removeprefix("connection is bad:").strip()
    return Unreachable(UNLOCKED_BY if "no password supplied" in reason else reason)


def _first_line(error: Any) -> str:
    return str(error.diag.message_primary or str(error).strip().partition("\n")[0])
