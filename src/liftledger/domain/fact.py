"""Facts: tables of rows about units, dated (long) or one row a unit (wide)."""

import msgspec

from liftledger.domain.expression import Expression, Type


class Dialect(msgspec.Struct, frozen=True):
    """How a CSV file is written. None: sniffed, and shown in the provenance."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None  # utf-8, utf-16 or latin-1


class Files(msgspec.Struct, frozen=True, tag="files"):
    """Files beside the definitions; `pattern` may be a glob."""

    pattern: str
    format: str  # csv | json | parquet
    dialect: Dialect = Dialect()


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table or view: inside a DuckDB or SQLite file, or the engine's own."""

    name: str
    database: str  # path of the file; '' of the engine's own
    format: str  # duckdb | sqlite; of the engine's own spark | postgres


class Field(msgspec.Struct, frozen=True):
    """A column that definitions use.

    `name` is the name in expressions, `column` the name in the source. `format` (strptime pattern, 'iso', 'unix_s',
    'unix_ms', 'unix_us') and `timezone` (IANA name) belong to times.
    """

    name: str
    column: str
    type: Type
    optional: bool = False  # may be blank or NULL
    format: str | None = None
    timezone: str = "UTC"
    decimal: str = "."  # decimal mark of numbers in text
    thousands: str | None = None  # grouping mark of numbers in text
    count: bool = False  # a count: below 0 does not fit


class Merge(msgspec.Struct, frozen=True):
    """Which rows continue an earlier row of the same unit, and do not count again.

    A row does where an earlier one has the same values in `same` and other values in all of `differs`, and lies at
    most `within` (microseconds) before it; `within` None: however long before. Names of columns.
    """

    same: tuple[str, ...]
    differs: tuple[str, ...] = ()
    within: int | None = None


class Impossible(msgspec.Struct, frozen=True):
    """Rows that cannot come after another row of the same unit: an upgrade of an account that has churned."""

    row: Expression
    after: Expression


class Fact(msgspec.Struct, frozen=True):
    """One table of rows about units of one kind.

    Long facts have a `time`; wide facts have none and hold one row a unit. A wide fact without a `unit` column is
    one row a unit by itself (its rows need no name).
    """

    name: str
    source: Files | Table
    keyed_by: str  # unit kind
    unit: str | None  # source column
    time: Field | None = None
    id: str | None = None  # source column by which repeated rows are removed and counted
    columns: tuple[Field, ...] = ()
    reject: bool = False  # rows that do not fit are counted and listed instead of stopping the report
    through: int | None = None  # complete until this instant, microseconds; None: until its last row
    must: tuple[Expression, ...] = ()  # conditions that every row meets; others do not fit
    impossible: tuple[Impossible, ...] = ()
    merge: tuple[Merge, ...] = ()  # dated facts only
    arrival: Field | None = None  # when a row came, which may be long after it happened; dated facts only

    @property
    def wide(self) -> bool:
        return self.time is None

    def field(self, name: str) -> Field:
        return next(field for field in self.columns if field.name == name)
