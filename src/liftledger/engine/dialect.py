"""Our SQL in the words of each engine.

Queries are written in DuckDB's dialect with the few functions in `FUNCTIONS`, all that is asked of any engine; here
they are put in the words of others. sqlglot translates what it knows; the rules of a dialect (`dialects/`) say the
rest, and what it gets wrong. Nothing divides but whole numbers (and powers of ten a float, to tell which number was
written: IEEE 754 knows one answer), nothing rounds, no text is put in order, and times are whole microseconds.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from sqlglot import ErrorLevel, exp, parse_one

from liftledger.engine.dialects import bigquery, clickhouse, snowflake, trino
from liftledger.engine.dialects.plain import PLAIN, POSTGRESES, SPARKS
from liftledger.engine.dialects.postgres import POSTGRES
from liftledger.engine.dialects.rule import Rules, Unportable
from liftledger.engine.dialects.spark import SPARK

Dialect = Literal["duckdb", "spark", "postgres", "snowflake", "bigquery", "clickhouse", "trino"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
CANONICAL: Dialect = "duckdb"

# Everything that a query may call; each has its test on every engine.
FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.And, exp.Or, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Exists),
        *(exp.Abs, exp.Floor, exp.Cast, exp.TryCast),
        exp.Collate,  # to tell texts apart byte by byte, in PostgreSQL
        *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.ArgMin, exp.RowNumber),
        *(exp.Trim, exp.Lower, exp.Replace, exp.Substring, exp.SplitPart, exp.MD5),
        *(exp.RegexpFullMatch, exp.RegexpReplace),
    }
)
NAMED = frozenset({"EPOCH_US", "EPOCH_NS", "TRY_STRPTIME", "HASH"})  # those that sqlglot does not know
READERS = frozenset({"READ_CSV", "READ_PARQUET"})  # DuckDB's, of the files that only it reads
READING = (exp.ReadCSV, exp.ReadParquet)  # the same, where a statement is parsed

OPENINGS: Mapping[Dialect, tuple[str, ...]] = {
    "duckdb": (),
    "spark": (
        "SET spark.sql.ansi.enabled = true",
        "SET spark.sql.caseSensitive = true",
        "SET spark.sql.decimalOperations.allowPrecisionLoss = false",
        "SET TIME ZONE 'UTC'",
    ),
    "postgres": ("SET TIME ZONE 'UTC'",),
    "snowflake": snowflake.OPENING,
    "bigquery": bigquery.OPENING,
    "clickhouse": clickhouse.OPENING,
    "trino": trino.OPENING,
}  # what a session needs before its first statement, where a person runs them
RULES: Mapping[Dialect, Rules] = {
    "spark": SPARK,
    "postgres": POSTGRES,
    "snowflake": snowflake.SNOWFLAKE,
    "bigquery": bigquery.BIGQUERY,
    "clickhouse": clickhouse.CLICKHOUSE,
    "trino": trino.TRINO,
}
FIRST: Mapping[Dialect, Rules] = {"spark": SPARKS, "postgres": POSTGRESES}


def rendered(tree: exp.Expr, dialect: Dialect, *, pretty: bool = False, rules: Rules | None = None) -> str:
    """The statement as the engine of this dialect runs it, by its rules or those given. Raises Unportable.

    Our comments are there where people read it (`pretty`), and not where it runs: after an apostrophe in one, DuckDB
    takes the rest for text and texts for the rest, and a no-break space in a text would become a plain one.
    """
    check(tree)
    if dialect == CANONICAL:
        return tree.sql(dialect=CANONICAL, pretty=pretty, comments=pretty)
    # from the leaves up: a rule sees its operands in the engine's words already
    turned = _rewritten(_rewritten(tree.copy(), FIRST.get(dialect, PLAIN)), rules or RULES[dialect])
    return turned.sql(
        dialect=dialect, pretty=pretty, comments=pretty, identify=True, unsupported_level=ErrorLevel.RAISE, copy=False
    )


def parsed(sql: str) -> exp.Expr:
    """The tree of a canonical statement that was kept as text."""
    tree = parse_one(sql, read=CANONICAL)
    for type_ in tree.find_all(exp.DataType):
        if type_.is_type("TIMESTAMPNTZ"):  # as DuckDB calls it where it is read, and we do not
            type_.replace(exp.DataType.build("TIMESTAMP"))
    for replaced in tree.find_all(exp.RegexpReplace):  # ours can match once only
        replaced.set("modifiers", None)
    return tree


def check(tree: exp.Expr) -> None:
    """Raises Unportable where a function is called that is not one of ours."""
    for node in tree.walk(prune=reads):
        if isinstance(node, exp.Func) and not reads(node) and not _known(node):
            raise Unportable(f"{node.sql(CANONICAL)}: {type(node).__name__} was not tried on every engine")


def reads(node: exp.Expr) -> bool:
    """Whether it reads files, as only DuckDB does."""
    return isinstance(node, READING) or (isinstance(node, exp.Anonymous) and node.name.upper() in READERS)


def _known(node: exp.Expr) -> bool:
    return node.name.upper() in NAMED if isinstance(node, exp.Anonymous) else type(node) in FUNCTIONS


def _rewritten(tree: exp.Expr, rules: Rules) -> exp.Expr:
    for node in reversed(list(tree.walk(bfs=True))):
        rule = rules.get(node.name.upper() if isinstance(node, exp.Anonymous) else type(node))
        if rule is None:
            continue
        parent = node.parent
        turned = rule(node)
        if turned is node:
            continue
        if parent is None:
            tree = turned
        else:
            node.replace(turned)
    return tree
