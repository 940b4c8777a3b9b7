"""Facts: where their rows are, what dates them, and the columns that other definitions use."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import msgspec

from liftledger.definitions.expressions import Wanted, typed
from liftledger.definitions.notes import Unfit, instead, listed
from liftledger.definitions.record import Record
from liftledger.definitions.values import is_name
from liftledger.domain.engine import Family
from liftledger.domain.expression import TEXT, TIME, Expression, Type, TypeName, columns
from liftledger.domain.fact import Dialect, Fact, Field, Files, Impossible, Merge, Table
from liftledger.domain.money import MINOR_DIGITS

FORMATS = {
    "csv": (".csv", ".tsv", ".txt"),
    "json": (".json", ".jsonl", ".ndjson"),
    "parquet": (".parquet",),
    "duckdb": (".duckdb", ".ddb", ".db"),
    "sqlite": (".sqlite", ".sqlite3"),
}
Refuse = Callable[[str, str], None]  # what was found, what would do
WHERE: dict[Family, str] = {
    "duckdb": "add `files`, or `table` and `database`",
    "spark": "add `files`, which are Parquet, or `table`",
    "postgres": "write `table: schema.name`, a table or view of the database",
}
SPOKEN: dict[Family, str] = {"duckdb": "DuckDB", "spark": "Spark", "postgres": "PostgreSQL"}
IN_FILES, IN_DATABASES = ("csv", "json", "parquet"), ("duckdb", "sqlite")


class Columns(Mapping[str, Type]):
    """Types of a fact's columns. One that is not declared is text: only typed columns need a word."""

    def __init__(self, declared: dict[str, Field]) -> None:
        self.declared = declared

    def __getitem__(self, name: str) -> Type:
        return self.field(name).type

    def __iter__(self) -> Iterator[str]:
        return iter(self.declared)

    def __len__(self) -> int:
        return len(self.declared)

    def field(self, name: str) -> Field:
        return self.declared.get(name) or Field(name, name, TEXT)


class Sheet:
    """A fact while the definitions that use it are read; it gathers the columns that they use."""

    def __init__(self, fact: Fact, declared: dict[str, Field], *, doubtful: set[str], whole: bool) -> None:
        self.columns = Columns(declared)
        self.doubtful = doubtful  # columns whose declaration has mistakes
        self.whole = whole  # False: its own definition has mistakes, and none are due that follow from them
        self._fact = fact
        self._used: dict[str, Field] = {}

    name = property(lambda self: self._fact.name)
    wide = property(lambda self: self._fact.wide)
    unit = property(lambda self: self._fact.unit)
    keyed_by = property(lambda self: self._fact.keyed_by)
    time = property(lambda self: self._fact.time)

    @property
    def home(self) -> str:
        return f"facts.{self.name}.columns"

    def fact(self) -> Fact:
        """The fact with the columns that definitions use, declared ones first; others need not exist."""
        declared = [field for name, field in self.columns.declared.items() if name in self._used]
        others = [field for name, field in self._used.items() if name not in self.columns.declared]
        return msgspec.structs.replace(self._fact, columns=(*declared, *others))

    def ruled(self, must: tuple[Expression, ...], impossible: tuple[Impossible, ...], merge: tuple[Merge, ...]) -> None:
        """Gives the fact its rules, which are read once its columns are known."""
        self._fact = msgspec.structs.replace(self._fact, must=must, impossible=impossible, merge=merge)

    def expression(self, record: Record, key: str, wanted: Wanted) -> Expression | None:
        """The expression under a key, if it is there and right."""
        if key not in record:
            return None
        return self._expression(record[key], wanted, partial(record.refuse, key))

    def conditions(self, record: Record, key: str) -> tuple[Expression, ...]:
        """The right ones of a condition, or a list of them, under a key."""
        written = record.get(key, ())
        texts = {"": written} if isinstance(written, str) else {f"[{n}]": text for n, text in enumerate(written, 1)}
        found = (
            self._expression(text, "condition", partial(_refuse_at, record, key, place))
            for place, text in texts.items()
        )
        return tuple(condition for condition in found if condition is not None)

    def column(self, record: Record, key: str, allowed: tuple[TypeName, ...], *, blank: bool = False) -> str | None:
        """The column named under a key, if it is there and of an allowed type. `blank`: it must allow for blanks."""
        return self._column(record[key], allowed, partial(record.refuse, key), blank=blank) if key in record else None

    def columns_of(self, record: Record, key: str, allowed: tuple[TypeName, ...]) -> tuple[str, ...]:
        """Those of the columns listed under a key that are of an allowed type; none twice."""
        found = (
            self._column(name, allowed, partial(_refuse_at, record, key, f"[{place}]"))
            for place, name in enumerate(record.get(key, ()), 1)
        )
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def _expression(self, text: str, wanted: Wanted, refuse: Refuse) -> Expression | None:
        try:
            found = typed(text, self.columns, wanted=wanted, home=self.home)
        except Unfit as unfit:
            if not self.doubtful & set(re.findall(r"\w+", text)):
                refuse(f": {unfit.found}", unfit.cure)
            return None
        for name in sorted(columns(found)):
            self._used[name] = self.columns.field(name)
        return found

    def _column(self, name: str, allowed: tuple[TypeName, ...], refuse: Refuse, *, blank: bool = False) -> str | None:
        if name in self.doubtful:
            return None
        example = "type: decimal, scale: 2" if allowed[0] == "decimal" else f"type: {allowed[0]}"
        example += ", optional: true" if blank else ""
        if not is_name(name):
            plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in name.lower()).strip("_") or "group"
            cure = f"declare it under {self.home}: `{plain}: {{{example}, column: {name}}}`, and write {plain}"
            refuse(f": column '{name}' is not written in a-z, 0-9 and _", cure)
            return None
        field = self.columns.field(name)
        if field.type.name not in allowed:
            near = [other for other, kind in self.columns.items() if kind.name in allowed]
            cure = f"it takes a column of type {listed(allowed, last='or')}"
            if name not in self.columns.declared:
                hint = instead(name, near, "")
                short = f"{{{example}}}" if "," in example else example.removeprefix("type: ")
                cure = hint if hint.startswith("did") else f"declare it under {self.home}: `{name}: {short}`"
            refuse(f": column '{name}' is {field.type.name} here", cure)
            return None
        if blank and not field.optional:
            cure = f"declare it under {self.home}: `{name}: {{{example}}}`"
            refuse(f": column '{name}' may not be blank", cure)
            return None
        self._used[name] = field
        return name


def _refuse_at(record: Record, key: str, place: str, found: str, cure: str = "") -> None:
    record.refuse(key, f"{place}{found}", cure)


def read_facts(record: Record, kinds: tuple[str, ...], currency: str, engine: Family | None) -> dict[str, Sheet]:
    """All facts by name, those with mistakes too. Which places are right is open where the engine is unknown."""
    return {name: _sheet(name, record[name], kinds, currency, engine) for name in record}


def sheet_of(record: Record, key: str, sheets: Mapping[str, Sheet], known: list[str]) -> Sheet | None:
    """The fact named under `key`; the only one where none is named."""
    if key in record:
        name = record[key]
        if name not in known:
            record.refuse(key, f": there is no fact '{name}'", instead(name, known, "the facts are"))
        return sheets.get(name)
    if key not in record.bad:
        if len(known) == 1:
            return sheets.get(known[0])
        if known:
            record.refuse(None, f": 'fact' is missing, and there are {len(known)}", f"name one of {listed(known)}")
    return None


def _sheet(name: str, record: Record, kinds: tuple[str, ...], currency: str, engine: Family | None) -> Sheet:
    declared = _declared(record, currency)
    time = _time(record, declared)
    source = _source(record, engine)
    if time is not None and record.get("unit") is None and "unit" not in record.bad:
        record.refuse("time", ": a dated fact needs `unit`, the column that names the unit", "add `unit: user_id`")
    if time is None and not record.has("time") and record.has("through"):
        record.refuse("through", ": a fact without `time` has no last day", "remove it, or add `time`")
    if time is None and not record.has("time") and record.has("arrival"):
        record.refuse("arrival", ": a fact without `time` is always read whole", "remove it, or add `time`")
    fact = Fact(
        name=name,
        source=source,
        keyed_by=_keyed_by(record, kinds),
        unit=record.get("unit"),
        time=time,
        id=record.get("id"),
        reject=record.get("on_bad_row") == "reject",
        through=record.get("through"),
        arrival=None if time is None else _arrival(record, declared),
    )
    columns: Record | None = record.get("columns")
    doubtful = {column for column in columns.written if column not in declared} if columns else set()
    return Sheet(fact, declared, doubtful=doubtful, whole=record.sound)


def _keyed_by(record: Record, kinds: tuple[str, ...]) -> str:
    if "keyed_by" in record:
        kind = str(record["keyed_by"])
        if kind not in kinds:
            record.refuse("keyed_by", f": there is no kind of unit '{kind}'", instead(kind, kinds, "the kinds are"))
        return kind
    if len(kinds) > 1 and "keyed_by" not in record.bad:
        record.refuse(
            None, ": 'keyed_by' is missing, and there are several kinds of unit", f"name {listed(kinds, 'or')}"
        )
    return kinds[0]


def _declared(record: Record, currency: str) -> dict[str, Field]:
    declared: dict[str, Field] = {}
    columns: Record | None = record.get("columns")
    for name in columns or ():
        assert columns is not None
        column: Record = columns[name]
        if name == "rows":
            columns.refuse(name, ": 'rows' counts the rows of a fact", "choose another name, with `column: rows`")
        if column.get("decimal", ".") == column.get("thousands"):
            column.refuse("thousands", f" is '{column['thousands']}', the decimal mark too", "they must differ")
        if "type" in column:
            declared[name] = Field(
                name=name,
                column=column.get("column", name),
                type=_type(column, currency),
                optional=column.get("optional", False),
                format=column.get("format", "iso" if column["type"] == "time" else None),
                timezone=column.get("timezone", "UTC"),
                decimal=column.get("decimal", "."),
                thousands=column.get("thousands"),
                count=column["type"] == "count",
            )
    return declared


def _type(column: Record, currency: str) -> Type:
    name: TypeName = "integer" if column["type"] == "count" else column["type"]
    if name == "money":
        code = column.get("currency", currency)
        return Type("money", MINOR_DIGITS.get(code, 2), code)
    return Type(name, column.get("scale", 1 if name == "decimal" else 0))


def _time(record: Record, declared: dict[str, Field]) -> Field | None:
    """The column that dates the rows: its own declaration, or one of the declared columns."""
    time: Record | None = record.get("time")
    if time is None or "column" not in time:
        # a refused time still makes the fact a dated one: what follows from it is not another mistake
        return Field("time", "time", TIME, format="iso") if record.has("time") else None
    column = time["column"]
    if column in declared:
        return _declared_time(record, "time", declared[column])
    name = column if is_name(column) else "time"
    if name in declared:
        record.refuse("time", f": '{column}' is called 'time', as another column is", "rename the column under columns")
    return declared.setdefault(name, _own_time(time, name))


def _arrival(record: Record, declared: dict[str, Field]) -> Field | None:
    """The column that says when a row arrived; expressions can use it only where it is declared as a column too."""
    arrival: Record | None = record.get("arrival")
    if arrival is None or "column" not in arrival:
        return None
    known = declared.get(arrival["column"])
    return _own_time(arrival, "_arrival") if known is None else _declared_time(record, "arrival", known)


def _declared_time(record: Record, key: str, field: Field) -> Field:
    """A column that is declared under `columns`, for a key that says how it is written nowhere else."""
    if field.type != TIME:
        found = f": column '{field.name}' is {field.type.name} under columns"
        record.refuse(key, found, f"write `{field.name}: time` there")
    elif len(record[key].written) > 1:
        cure = "say format and timezone in one of the two"
        record.refuse(key, f": column '{field.name}' is declared under columns too", cure)
    return field


def _own_time(time: Record, name: str) -> Field:
    return Field(name, time["column"], TIME, format=time.get("format", "iso"), timezone=time.get("timezone", "UTC"))


def _source(record: Record, engine: Family | None) -> Files | Table:
    """Where the rows are. What stands in for a refused place is never read."""
    files, table = record.has("files"), record.has("table")
    if files and table:
        record.refuse("table", ": the fact has `files` too", "keep one of them")
    elif engine is None:
        return Files("", "csv")
    elif not files and not table:
        record.refuse(None, ": it says nothing about where its rows are", WHERE[engine])
    elif table:
        return _table(record) if engine == "duckdb" else _own_table(record, engine)
    elif engine == "postgres":
        record.refuse("files", ": PostgreSQL reads its own tables only", WHERE[engine])
    elif "files" in record:
        return _files(record, engine)
    return Files("", "csv")


def _table(record: Record) -> Table:
    database = record.get("database", "")
    if not record.has("database"):
        record.refuse("table", ": 'database' is missing", "add the DuckDB or SQLite file that holds the table")
    if record.has("csv"):
        record.refuse("csv", ": a table is not written in CSV", "remove it")
    return Table(record.get("table", ""), database, _format(record, "database", IN_DATABASES))


def _own_table(record: Record, engine: Family) -> Table:
    """A table or view of the engine itself."""
    for key in ("database", "csv", "format"):
        if record.has(key):
            record.refuse(key, f": the table is {SPOKEN[engine]}'s own", "remove it")
    return Table(record.get("table", ""), "", engine)


def _files(record: Record, engine: Family) -> Files:
    pattern = record["files"]
    if "://" in pattern and engine != "spark":
        record.refuse("files", f" is '{pattern}'", "duckdb reads local files here; write a path relative to this file")
    if record.has("database"):
        record.refuse("database", ": `files` have no database", "remove it, or write `table` instead of `files`")
    if engine == "spark":
        form = _format(record, "files", ("parquet",))
        if record.has("csv"):
            record.refuse("csv", ": Spark reads Parquet here", "remove it")
        return Files(pattern, form)
    form = _format(record, "files", IN_FILES)
    if form != "csv" and record.has("csv"):
        record.refuse("csv", f": {pattern} is not CSV", "remove it, or add `format: csv`")
    csv: Record | None = record.get("csv")
    delimiter = csv.get("delimiter") if csv else None
    if delimiter is None and ".tsv" in pattern:
        delimiter = "\t"
    return Files(
        pattern, form, Dialect(delimiter, csv.get("quote") if csv else None, csv.get("encoding") if csv else None)
    )


def _format(record: Record, key: str, allowed: tuple[str, ...]) -> str:
    """As declared, else by the ending of the file's name."""
    if "format" in record:
        if record["format"] not in allowed:
            record.refuse("format", f" is '{record['format']}'", f"`{key}` takes {listed(allowed, last='or')}")
        return str(record["format"])
    if "format" in record.bad or key not in record:
        return allowed[0]
    path = record[key].lower().removesuffix(".gz")
    for form in allowed:
        if path.endswith(FORMATS[form]):
            return form
    endings = ", ".join(ending for form in allowed for ending in FORMATS[form])
    record.refuse(key, f" is '{record[key]}'", f"its name should end in {endings}; or add `format: {allowed[0]}`")
    return allowed[0]
