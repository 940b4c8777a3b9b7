"""Everything that a query may call means the same on every engine, and nothing else may be called."""

import pytest
from sqlglot import exp, parse_one

from liftledger.engine import dialect
from liftledger.engine.dialect import FUNCTIONS, NAMED, Unportable, rendered
from tests.engine.asked import answers, given_rows

# what is called: the types of its columns, how it is called, and rows of inputs with what comes out last
SCALARS = {
    exp.And: ("BOOLEAN BOOLEAN", "a AND b", [("true", None, None), ("false", None, False), ("true", "true", True)]),
    exp.Or: ("BOOLEAN BOOLEAN", "a OR b", [("true", None, True), ("false", None, None), ("false", "false", False)]),
    exp.Case: (
        "BIGINT",
        "CASE WHEN a > 1 THEN 'many' WHEN a = 1 THEN 'one' END",
        [("2", "many"), ("1", "one"), ("0", None), (None, None)],
    ),
    exp.If: ("BOOLEAN", "CASE WHEN a THEN 1 ELSE 0 END", [("true", 1), ("false", 0), (None, 0)]),
    exp.Coalesce: ("BIGINT BIGINT", "coalesce(a, b, 0)", [("1", "2", 1), (None, "2", 2), (None, None, 0)]),
    exp.Nullif: ("VARCHAR", "nullif(a, '')", [("", None), (" ", " "), ("a", "a"), (None, None)]),
    exp.Abs: ("BIGINT", "abs(a)", [("-9223372036854775807", 9223372036854775807), ("0", 0), (None, None)]),
    exp.Floor: (
        "DOUBLE",
        "cast(floor(a) AS BIGINT)",
        [("-1.5", -2), ("-0.0", 0), ("1.999999", 1), ("4503599627370495.5", 4503599627370495), (None, None)],
    ),
    exp.Cast: (
        "VARCHAR",
        "cast(a AS BIGINT)",
        [("12", 12), ("-9223372036854775808", -9223372036854775808), (None, None)],
    ),
    exp.TryCast: (
        "VARCHAR",
        "try_cast(a AS DECIMAL(18, 2)) * 100",
        [("12.5", 1250), ("-0.01", -1), ("+3", 300), (".5", 50), ("12.", 1200), ("0.100000", 10), (None, None)],
    ),
    exp.Collate: ("VARCHAR", """a COLLATE "C" = 'é'""", [("é", True), ("e\u0301", False), ("É", False), (None, None)]),
    exp.Trim: (
        "VARCHAR",
        "trim(a)",
        [("  a b ", "a b"), ("\ta\n", "\ta\n"), ("\u00a0\u3000a\u202f", "a"), ("   ", ""), (None, None)],
    ),
    exp.Lower: ("VARCHAR", "lower(a)", [("TRUE", "true"), ("No", "no"), ("", ""), (None, None)]),
    exp.Replace: (
        "VARCHAR",
        "replace(a, '.', ',')",
        [("1.2.3", "1,2,3"), ("", ""), ("a", "a"), (None, None)],
    ),
    exp.Substring: ("VARCHAR", "substring(a, 2, 3)", [("abcdef", "bcd"), ("ü🙂xyz", "🙂xy"), ("a", ""), (None, None)]),
    exp.SplitPart: (
        "VARCHAR",
        "split_part(a, '.', 1)",
        [("12.50", "12"), ("12", "12"), (".5", ""), ("", ""), (None, None)],
    ),
    exp.MD5: (  # RFC 1321, A.5; the last by Python's hashlib of UTF-8
        "VARCHAR",
        "md5(a)",
        [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("ü🙂", "3bf8138dc388b86d6aea4a693142fb6a"),
            (None, None),
        ],
    ),
    exp.RegexpFullMatch: (
        "VARCHAR",
        r"regexp_full_match(a, '[0-9]{2}(\.[0-9]+)?|x\\')",
        [("12", True), ("12.5", True), ("12\n", False), ("\n12", False), ("٣٣", False), ("x\\", True), (None, None)],
    ),
    exp.RegexpReplace: (
        "VARCHAR",
        r"regexp_replace(a, '([0-9]+)-([0-9]+)$', '\2+\1')",
        [("12-3", "3+12"), ("a-1", "a-1"), ("", ""), (None, None)],
    ),
    "EPOCH_US": (
        "TIMESTAMP",
        "epoch_us(a)",
        [
            ("1970-01-01 00:00:00.000001", 1),
            ("1969-12-31 23:59:59.999999", -1),
            ("0001-01-01 00:00:00", -62_135_596_800_000_000),
            ("9999-12-31 23:59:59.999999", 253_402_300_799_999_999),
            (None, None),
        ],
    ),
    "EPOCH_NS": ("TIMESTAMP", "epoch_ns(a)", [("1970-01-01 00:00:01.5", 1_500_000_000), (None, None)]),
    # a number of 64 bits, each engine's own: equal texts have the same one, and others another
    "HASH": (
        "VARCHAR VARCHAR",
        "hash(a) = hash(b)",
        [("", "", True), ("ü🙂", "ü🙂", True), ("a", "A", False), ("a", "a ", False), ("é", "e\u0301", False)],
    ),
    "TRY_STRPTIME": (
        "VARCHAR",
        "epoch_us(try_strptime(a, '%d.%m.%Y %H:%M'))",
        [("1.1.1970 0:01", 60_000_000), ("02.01.1970 00:00", 86_400_000_000), ("30.02.1970 00:00", None), (None, None)],
    ),
}
MORE = {
    "whole numbers divide": ("BIGINT", "a // 2", [("7", 3), ("-7", -3), ("0", 0), (None, None)]),
    "what remains": ("BIGINT", "a % 7", [("15", 1), ("-15", -1), ("14", 0), (None, None)]),
    "a hexadecimal number": (
        "VARCHAR",
        "cast('0x' || a AS BIGINT)",
        [("ffffffff", 4294967295), ("0000000a", 10), ("80000000", 2147483648)],
    ),
    "membership": ("BIGINT", "a IN (1, 2)", [("1", True), ("3", False), (None, None)]),
    "texts byte by byte": ("VARCHAR", "a = 'a'", [("a", True), ("A", False), ("a ", False), (None, None)]),
    "texts joined": ("VARCHAR VARCHAR", "a || '+' || b", [("a", "b", "a+b"), ("", "", "+"), (None, "b", None)]),
    "numbers as text": ("BIGINT", "cast(a AS VARCHAR)", [("-12", "-12"), ("0", "0")]),
    "truth as text": ("BOOLEAN", "cast(a AS VARCHAR)", [("true", "true"), ("false", "false"), (None, None)]),
    "dates as text": ("DATE", "cast(a AS VARCHAR)", [("2026-01-31", "2026-01-31"), ("0001-01-01", "0001-01-01")]),
    "times as text": (
        "TIMESTAMP",
        "cast(a AS VARCHAR)",
        [("2026-01-31 00:00:00", "2026-01-31 00:00:00"), ("2026-01-31 12:00:00.5", "2026-01-31 12:00:00.5")],
    ),
    "decimals as text": ("DECIMAL(18, 4)", "cast(a AS VARCHAR)", [("0.0001", "0.0001"), ("-12", "-12.0000")]),
    "the nearest float": (
        "BIGINT",
        "cast(a AS DOUBLE) / cast(100 AS DOUBLE) = cast('0.29' AS DOUBLE)",
        [("29", True), ("28", False)],
    ),
    "floats that are no number": (
        "DOUBLE",
        "CASE WHEN abs(a) < 4503599627370496 THEN 1 ELSE 0 END",
        [("NaN", 0), ("Infinity", 0), ("-Infinity", 0), ("-0.0", 1), ("1e16", 0)],
    ),
    "a factor of 38 digits": (
        "BIGINT",
        "cast(a AS DECIMAL(38, 0)) * a",
        [("9223372036854775807", 9223372036854775807**2), ("-1", 1)],
    ),
    "written instants": (
        "VARCHAR",
        "epoch_us(try_cast(a AS TIMESTAMPTZ))",
        [
            ("1970-01-01T00:00Z", 0),
            ("1970-01-01 02:00:01.1234567+02", 1_123_456),
            ("1970-01-01T00:00-0030", 1800000000),
        ],
    ),
}


@pytest.mark.parametrize("called", SCALARS, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_a_function_gives_the_same_on_every_engine(asked, called):
    types, value, cases = SCALARS[called]
    tree = parse_one(value, read="duckdb")
    found = {type(node) for node in tree.walk()} | {node.name.upper() for node in tree.find_all(exp.Anonymous)}
    assert called in found
    assert answers(asked, _types(types), [row[:-1] for row in cases], tree) == [row[-1] for row in cases]


@pytest.mark.parametrize("meant", MORE)
def test_what_is_no_function_gives_the_same_on_every_engine(asked, meant):
    types, value, cases = MORE[meant]
    assert answers(asked, _types(types), [row[:-1] for row in cases], value) == [row[-1] for row in cases]


def _types(words):
    return [word.replace("(18,", "(18, ") for word in words.replace(", ", ",").split()]


# queries over rows (a: group, b: number)
ROWS = [("x", "1"), ("x", "3"), ("x", "3"), ("y", None), ("y", "9223372036854775807"), ("y", "9223372036854775807")]
WHOLE = {
    exp.Count: ("SELECT a, count(*), count(b), count(DISTINCT b) FROM g GROUP BY a", {("x", 3, 3, 2), ("y", 3, 2, 1)}),
    exp.Sum: ("SELECT a, coalesce(sum(b), 0) FROM g GROUP BY a", {("x", 7), ("y", 2 * (2**63 - 1))}),
    exp.Min: ("SELECT a, min(b) FROM g GROUP BY a HAVING count(*) > 1", {("x", 1), ("y", 2**63 - 1)}),
    exp.Max: ("SELECT a, max(b) FROM g GROUP BY a", {("x", 3), ("y", 2**63 - 1)}),
    exp.ArgMin: (
        "SELECT a, arg_min(a, b), arg_min(b, 0 - b) FROM g GROUP BY a",
        {("x", "x", 3), ("y", "y", 2**63 - 1)},
    ),
    exp.RowNumber: (
        "SELECT b, row_number() OVER (PARTITION BY a ORDER BY b NULLS FIRST) AS place FROM g WHERE a = 'y'",
        {(None, 1), (2**63 - 1, 2), (2**63 - 1, 3)},
    ),
    exp.Exists: (
        "SELECT a, b FROM g WHERE NOT EXISTS (SELECT * FROM g AS other WHERE other.b < g.b OR g.b IS NULL)",
        {("x", 1)},
    ),
    "sums of 38 digits": (
        "SELECT sum(cast(b AS DECIMAL(38, 0)) * 4611686018427387904) FROM g WHERE a = 'y'",
        {(2 * (2**63 - 1) * 2**62,)},
    ),
    "grouping sets": (
        "SELECT a, b, count(*) FROM g WHERE a = 'x' GROUP BY GROUPING SETS ((a, b), (a), ())",
        {("x", 1, 1), ("x", 3, 2), ("x", None, 3), (None, None, 3)},
    ),
    "a window up to equals": (
        "SELECT b, sum(1) OVER (PARTITION BY a ORDER BY b) AS reached FROM g WHERE a = 'x'",
        {(1, 1), (3, 3)},
    ),
    "a window of a range": (
        "SELECT b, count(*) OVER (PARTITION BY a ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING) AS n"
        " FROM g WHERE a = 'x'",
        {(1, 0), (3, 1)},
    ),
    "a number for each row": ("SELECT count(DISTINCT n) FROM (SELECT row_number() OVER () AS n FROM g) AS n", {(6,)}),
    "a union of all": ("SELECT b FROM g WHERE b = 1 UNION ALL SELECT b FROM g WHERE b = 1", {(1,)}),
    "an inner join": ("SELECT g.a, o.b FROM g INNER JOIN g AS o ON g.b = o.b WHERE g.b = 1", {("x", 1)}),
    "none of the others": ("SELECT DISTINCT a FROM g WHERE NOT a IN (SELECT a FROM g WHERE b = 1)", {("y",)}),
}


@pytest.mark.parametrize("called", WHOLE, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_a_query_gives_the_same_on_every_engine(asked, called):
    sql, expected = WHOLE[called]
    tree = parse_one(sql, read="duckdb")
    assert isinstance(called, str) or tree.find(called)
    view = given_rows(asked, ["VARCHAR", "BIGINT"], ROWS)
    for table in tree.find_all(exp.Table):
        if table.name == "g":
            table.replace(exp.alias_(exp.to_table(view), table.alias or "g", table=True))
    assert set(asked.rows("query", tree)) == expected


def test_every_function_of_the_list_is_tried():
    assert {*SCALARS, *WHOLE} >= FUNCTIONS | NAMED


@pytest.mark.parametrize(
    "sql", ["round(a)", "median(a)", "date_diff('day', a, b)", "a / sqrt(b)", "my_own(a)", "sum(ln(a))"]
)
def test_a_function_that_was_not_tried_is_refused_on_every_engine(sql):
    for name in ("duckdb", *dialect.RULES):
        with pytest.raises(Unportable, match="was not tried on every engine"):
            rendered(parse_one(f"SELECT {sql} FROM t", read="duckdb"), name)


HOSTILE = [
    "\\",
    "\\n",
    "a\\'b",
    "'",
    "''",
    '"',
    "`",
    "a\nb",
    "a\r\nb",
    "\t",
    "$1",
    "%s",
    "%",
    "{x}",
    "🙂",
    "e\u0301",
    ";--",
    "/* x",
]


def test_texts_of_a_definition_arrive_unchanged(asked):
    query = exp.select(*(exp.alias_(exp.Literal.string(text), f"t{place}") for place, text in enumerate(HOSTILE)))
    assert asked.rows("texts", query) == [tuple(HOSTILE)]
    same = exp.and_(*(exp.EQ(this=exp.column("a"), expression=exp.column("b")) for _ in "1"))
    assert answers(asked, ["VARCHAR", "VARCHAR"], [(text, text) for text in HOSTILE], same) == [True] * len(HOSTILE)


def test_long_names_stay_apart_and_odd_ones_are_names(asked):
    names = [f"{'ü' * 40}{end}" for end in "ab"] + ["Select", "a b", 'a"b', "a`b", "a.b", "🙂"]
    values = [
        exp.alias_(exp.Literal.number(place), exp.to_identifier(name, quoted=True)) for place, name in enumerate(names)
    ]
    inner = exp.select(*values).subquery("q")
    query = exp.select(*(exp.column(name, quoted=True) for name in reversed(names))).from_(inner)
    assert asked.rows("names", query) == [tuple(reversed(range(len(names))))]
