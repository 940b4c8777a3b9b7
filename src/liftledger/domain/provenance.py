"""Where a report came from: engine, places, file hashes, SQL, clock. `provenance.json`, beside `report.json`."""

import msgspec

SCHEMA = "liftledger.provenance/1"


class Source(msgspec.Struct, frozen=True):
    """A file or table that was read."""

    fact: str
    place: str  # relative to the project where it lies in it
    bytes: int | None
    sha256: str | None
    dialect: str | None  # of CSV: delimiter, quote and encoding, and whether they were sniffed
    version: str | None = None  # of a table: server, database and moment, as its engine says; else what was hashed


class Query(msgspec.Struct, frozen=True):
    """SQL that was run."""

    name: str
    sql: str
    rows_in: int | None
    rows_out: int | None
    seconds: float
    canonical: str | None = None  # the same in DuckDB's words, where another engine ran it


class Script(msgspec.Struct, frozen=True):
    """The statements that a number rests on, in the order in which they run."""

    queries: tuple[Query, ...]
    dialect: str = ""  # into which they were translated; '': as they were run
    opening: tuple[str, ...] = ()  # what sets up a session for them


class Rejection(msgspec.Struct, frozen=True):
    """A row that was left out because the definition allows it."""

    fact: str
    place: str
    row: int | None  # 1-based, without the header; None: of a table, whose rows have no number
    column: str
    found: str
    reason: str


class Origin(msgspec.Struct, frozen=True):
    """What one estimate rests on."""

    id: str
    query: str  # Query.name
    formula: str  # method, in a sentence, with its source
    sums: dict[str, dict[str, str]]  # 'control' / 'treatment' -> product of measures -> exact integer


class Provenance(msgspec.Struct, frozen=True):
    schema: str
    liftledger: str  # version
    versions: dict[str, str]  # package -> version
    engine: str
    created_at: str
    threads: int | None
    report_sha256: str
    sources: tuple[Source, ...]
    queries: tuple[Query, ...]
    rejected: tuple[Rejection, ...]
    rejected_listed: int  # how many of all rejections `rejected` holds
    origins: tuple[Origin, ...]
    refreshed: tuple[str, ...] | None = None  # by `refresh`: what it read and why; None: by `report`, all from the rows
