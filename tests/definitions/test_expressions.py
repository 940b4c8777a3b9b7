"""Expressions: the typed tree, exact scales, and that no text whatever gives anything but a tree or a mistake."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liftledger.definitions import parse_expression
from liftledger.domain.expression import (
    BOOLEAN,
    INTEGER,
    TEXT,
    TIME,
    And,
    Arithmetic,
    Column,
    Comparison,
    Function,
    Instant,
    Membership,
    Missing,
    Not,
    Number,
    Or,
    Text,
    Truth,
    Type,
    children,
)
from liftledger.domain.mistake import Mistake

USD = Type("money", 2, "USD")
ONE_DIGIT = Type("decimal", 1)
FIELDS = {
    "amount": USD,
    "cost": USD,
    "euros": Type("money", 2, "EUR"),
    "yen": Type("money", 0, "JPY"),
    "score": ONE_DIGIT,
    "n": INTEGER,
    "m": INTEGER,
    "status": TEXT,
    "kind": TEXT,
    "paid": BOOLEAN,
    "at": TIME,
    "date": TEXT,
    "order": INTEGER,
    "group": TEXT,
    "end": INTEGER,
    "any": INTEGER,
    "type": TEXT,
}
AMOUNT, N, SCORE, STATUS, PAID, AT = (
    Column(name, FIELDS[name]) for name in ("amount", "n", "score", "status", "paid", "at")
)


def parsed(text: str, **options):
    found = parse_expression(text, FIELDS, **options)
    assert not isinstance(found, Mistake), str(found)
    return found


def refused(text: str, **options) -> str:
    found = parse_expression(text, FIELDS, home="facts.orders.columns", **options)
    assert isinstance(found, Mistake), found
    return f"{found.found}; {found.cure}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("status <> 'void'", Comparison("<>", STATUS, Text("void"))),
        ("status != 'it''s'", Comparison("<>", STATUS, Text("it's"))),
        ("paid", PAID),
        ("paid = true", Comparison("=", PAID, Truth(True))),
        ("NOT paid", Not(PAID)),
        ("status IS NULL", Missing(STATUS)),
        ("status IS NOT NULL", Not(Missing(STATUS))),
        ("n IN (1, 2)", Membership(N, (Number(1), Number(2)))),
        ("n NOT IN (-1)", Not(Membership(N, (Number(-1),)))),
        ("status in ('a')", Membership(STATUS, (Text("a"),))),
        (
            "paid AND (n > 1 AND n < 9)",
            And((PAID, And((Comparison(">", N, Number(1)), Comparison("<", N, Number(9)))))),
        ),
        ("paid and n = 1 and n = 2", And((PAID, Comparison("=", N, Number(1)), Comparison("=", N, Number(2))))),
        ("paid OR NOT paid", Or((PAID, Not(PAID)))),
        ("n BETWEEN 1 AND 3", And((Comparison(">=", N, Number(1)), Comparison("<=", N, Number(3))))),
        ("at >= '1970-01-02'", Comparison(">=", AT, Instant(86_400_000_000))),
        ("'1970-01-01 00:00:01' < at", Comparison("<", Instant(1_000_000), AT)),
        ("at = '1970-01-01T02:00:00+02:00'", Comparison("=", AT, Instant(0))),
        ("2 + 3 * 4", Number(14)),
        ("- 1.50", Number(-15, ONE_DIGIT)),
        ("-n", Arithmetic("-", Number(0), N, INTEGER)),
        ("abs(n)", Function("abs", (N,), INTEGER)),
        ("coalesce(amount, 0)", Function("coalesce", (AMOUNT, Number(0, USD)), USD)),
        ("n * n", Arithmetic("*", N, N, INTEGER)),
    ],
)
def test_the_tree(text, tree):
    assert parsed(text) == tree


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_column_may_be_called_like_a_word_of_sql(name):
    assert parsed(f"{name} IS NULL") == Missing(Column(name, FIELDS[name]))


def test_a_literal_takes_the_kind_and_scale_of_the_column():
    assert parsed("amount > 10.5") == Comparison(">", AMOUNT, Number(1050, USD))
    assert parsed("10.5 < amount") == Comparison("<", Number(1050, USD), AMOUNT)
    assert parsed("amount IN (1, 2.50)") == Membership(AMOUNT, (Number(100, USD), Number(250, USD)))


def test_a_column_with_fewer_digits_is_multiplied():
    ten = Number(10, ONE_DIGIT)  # 1.0, so that the product has one digit more and the same value
    assert parsed("n = 2.5") == Comparison("=", Arithmetic("*", N, ten, ONE_DIGIT), Number(25, ONE_DIGIT))
    assert parsed("n + score") == Arithmetic("+", Arithmetic("*", N, ten, ONE_DIGIT), SCORE, ONE_DIGIT)
    third = Type("money", 3, "USD")
    assert parsed("amount >= 0.125") == Comparison(">=", Arithmetic("*", AMOUNT, ten, third), Number(125, third))
    assert parsed("n IN (1, 2.5)") == Membership(
        Arithmetic("*", N, ten, ONE_DIGIT), (Number(10, ONE_DIGIT), Number(25, ONE_DIGIT))
    )


def test_a_product_adds_the_digits():
    assert parsed("amount * 0.25").type == Type("money", 4, "USD")
    assert parsed("score * score").type == Type("decimal", 2)
    assert parsed("n * amount").type == USD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status LIKE 'v%'", "LIKE cannot be used; list the values instead, such as status IN ('paid', 'sent')"),
        ("amount / 2 > 1", "'/' cannot be used; use a metric of kind ratio; sums stay exact because nothing divides"),
        (
            "n IN (SELECT 1)",
            "SELECT cannot be used; an expression sees one row of its own fact; make the other table a fact with its "
            "own metric",
        ),
        (
            "CASE WHEN paid THEN 1 END",
            "CASE cannot be used; use `where` for the rows that count, and another metric for the others",
        ),
        ("lower(status) = 'x'", "lower(...) cannot be used; the functions are abs and coalesce"),
        ("n::text = '1'", "'::' cannot be used; declare the column's type under `columns` of the fact"),
        ("n = 1; DROP TABLE users", "';' cannot be used; an expression is one condition or one number"),
        ("n = 1 -- and so on", "a comment stands in the expression; put it in YAML, after #"),
        ('status = "void"', "\"void\" is in double quotes; put text in single quotes: 'void'"),
        (
            "status > 'a'",
            "column 'status' is text here; declare it under facts.orders.columns, for example `status: integer`",
        ),
        (
            "status = 1",
            "column 'status' is text here; declare it under facts.orders.columns, for example `status: integer`",
        ),
        (
            "status + 1",
            "column 'status' is text here; declare it under facts.orders.columns, for example `status: integer`",
        ),
        (
            "status AND paid",
            "column 'status' is text here; declare it under facts.orders.columns, for example `status: boolean`",
        ),
        (
            "'a' < 'b'",
            "the text 'a' is text, and '<' needs an order; text knows = and <> only: engines order it differently",
        ),
        ("paid > true", "'paid' (boolean) is boolean, and '>' needs an order; write = or <>"),
        ("statos = 'x'", "there is no column 'statos'; did you mean 'status'?"),
        (
            "Status = 'x'",
            "column 'Status' is not written in a-z, 0-9 and _; declare it under facts.orders.columns: "
            "`status: {type: text, column: Status}`, and write status here",
        ),
        (
            "amount > euros",
            "'amount' (money USD) and 'euros' (money EUR) are of different currencies; convert them before they come "
            "here",
        ),
        (
            "amount + n",
            "money meets a plain number: 'amount' (money USD) and 'n' (integer); declare both as money, or neither",
        ),
        (
            "amount * cost",
            "'amount' (money USD) and 'cost' (money USD) are both money; multiply money by a plain number",
        ),
        ("n = '1'", "'=' stands between 'n' (integer) and the text '1'; write the number without quotes"),
        (
            "paid = 1",
            "'=' stands between 'paid' (boolean) and the number 1; paid is boolean: write `paid` or `NOT paid`",
        ),
        (
            "paid = 'True'",
            "'=' stands between 'paid' (boolean) and the text 'True'; paid is boolean: write `paid` or `NOT paid`",
        ),
        (
            "at > 5",
            "'>' stands between 'at' (time) and the number 5; compare a time with '2026-01-31' or "
            "'2026-01-31 18:00:00' (UTC)",
        ),
        ("at > '31.01.2026'", "'31.01.2026' is not a time; write '2026-01-31' or '2026-01-31 18:00:00' (UTC)"),
        ("at > '2026-02-30'", "'2026-02-30' is not a time; write '2026-01-31' or '2026-01-31 18:00:00' (UTC)"),
        ("n = NULL", "NULL stands outside of IS NULL; write `column IS NULL` or `column IS NOT NULL`"),
        ("n IS TRUE", "IS stands before something else than NULL; write = or <>"),
        ("n IN (m)", "IN lists 'm' (integer); list plain values, such as ('paid', 'sent') or (1, 2)"),
        ("n = 1e5", "'1e5' is not a plain number; write digits, with a point where needed"),
        ("n = 1234567890123456789", "1234567890123456789 has more than 18 digits; at most 18 will do"),
        ("amount > 123456789012345678", "a number has more than 18 digits; write a smaller one"),
        ("0.1234567890 * 0.1234567891 > n", "a product has 19 digits after the point; at most 18 will do"),
        (
            "orders.n = 1",
            "'.' cannot be used; use names, numbers, 'text', = <> < <= > >= + - * ( ) AND OR NOT IN IS NULL",
        ),
        ("", "the expression is empty; write one, or remove the key"),
        ("n =", "the expression cannot be read; look near ="),
        ("status = 'open", "the expression cannot be read; is a quote left open?"),
        ("(n = 1", "the expression cannot be read; look near 1"),
        ("coalesce(n)", "coalesce has one operand; write such as coalesce(amount, 0)"),
        ("n\x00 = 1", "character 0 of ASCII stands in the expression; remove it"),
    ],
)
def test_what_is_refused_and_what_would_do(text, said):
    assert refused(text) == said


def test_the_wanted_type_is_checked():
    assert (
        refused("n", wanted="condition")
        == "'n' (integer) is no condition; compare it with something, such as `amount > 0`"
    )
    assert refused("paid", wanted="number") == "'paid' (boolean) is no number; put the condition under `where`"
    assert refused("status", wanted="number").startswith("column 'status' is text here; declare it")


def test_a_mistake_carries_its_place():
    found = parse_expression("nope", FIELDS, place="liftledger.yaml", line=7)
    assert str(found).startswith("liftledger.yaml:7: there is no column 'nope'; the columns are: ")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "n" + ")" * 10_000,
        "(" * 1_500 + "n" + ")" * 1_500,
        "NOT " * 900 + "paid",
        "- " * 1_000 + "n",
        "+".join(["n"] * 1_500),
        " AND ".join(["paid"] * 3_000),
        "abs(" * 500 + "n" + ")" * 500,
        "n IN (" + ",".join(["1"] * 3_000) + ")",
    ],
)
def test_what_is_long_or_deep_is_refused(text):
    assert "will do" in refused(text) or "in fewer" in refused(text)


def test_a_long_flat_condition_is_fine():
    assert len(parsed(" OR ".join(["n = 1"] * 400)).terms) == 400


INJECTIONS = [
    "1=1; DROP TABLE users",
    "' OR '1'='1",
    "n = 1 UNION SELECT 1",
    "n = (SELECT max(n) FROM users)",
    "EXISTS (SELECT 1)",
    "n IN (SELECT n FROM read_csv('/etc/passwd'))",
    "read_text('/etc/passwd') = 'x'",
    "getenv('HOME') = 'x'",
    "status = $$x$$",
    "status = e'\\x41'",
    "status = U&'\\0041'",
    "status = x'41'",
    "n = ?",
    "n = $1",
    "n = :name",
    "n = @n",
    "n = {n: 1}",
    "n = [1, 2]",
    "n[1] = 1",
    "n -> 1",
    "x -> x + 1",
    "n /* hidden */ = 1",
    "n = 1 /* ",
    "n # 1",
    "users.n = 1",
    "information_schema.tables = 1",
    '"n" = 1',
    "`n` = 1",
    "status ILIKE 'a'",
    "status SIMILAR TO 'a'",
    "status ~ 'a'",
    "status GLOB 'a'",
    "status || 'a' = 'b'",
    "CAST(n AS text) = '1'",
    "TRY_CAST(n AS text) = '1'",
    "n::bigint = 1",
    "DATE '2026-01-01' < at",
    "at > now()",
    "at > current_date",
    "at - INTERVAL 1 DAY > '2026-01-01'",
    "count(*) > 1",
    "sum(n) OVER () > 1",
    "n = ANY (1)",
    "n = ALL (SELECT 1)",
    "n << 2 = 1",
    "n & 1 = 1",
    "n ** 2 = 1",
    "n ^ 2 = 1",
    "n // 2 = 1",
    "n % 2 = 1",
    "n! = 1",
    "n IS DISTINCT FROM 1",
    "n BETWEEN SYMMETRIC 1 AND 2",
    "(n, m) = (1, 2)",
    "n COLLATE nocase = 1",
    "n AT TIME ZONE 'UTC' = at",
    "n = 0x10",
    "n = 1_000",
    "n = .5",
    "n = 5.",
    "n = 1e308",
    "n = NaN",
    "n = 'NaN'",
    "rowid = 1",
    "*",
    "n = *",
    "COLUMNS(*) = 1",
    "n AS x",
    "n x",
    "n = 1 ORDER BY n",
    "n = 1 LIMIT 1",
    "n = 1 \\",
    "п = 1",
    "ATTACH 'x.db'",
    "PRAGMA version",
    "COPY users TO 'x'",
    "SET threads = 1",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_refused(text):
    assert refused(text).strip("; ")


ALLOWED = (
    Column, Number, Text, Truth, Instant, Arithmetic, Comparison, Membership, Missing, Not, And, Or, Function,
)  # fmt: skip


def check(node) -> None:
    """What the engine may rely on."""
    assert isinstance(node, ALLOWED)
    match node:
        case Column(name=name, type=kind):
            assert FIELDS[name] == kind
        case Number(digits=digits):
            assert abs(digits) < 10**18 and 0 <= node.type.scale <= 18
        case Comparison(operator=operator, left=left, right=right):
            assert left.type == right.type
            assert operator in ("=", "<>") or left.type not in (TEXT, BOOLEAN)
        case Membership(operand=operand, options=options):
            assert options and all(option.type == operand.type for option in options)
            assert all(isinstance(option, Number | Text | Truth | Instant) for option in options)
        case Arithmetic(operator="*", left=left, right=right, type=kind):
            assert kind.scale == left.type.scale + right.type.scale <= 18 and kind.numeric
        case Arithmetic(left=left, right=right, type=kind):
            assert left.type == right.type == kind and kind.numeric
        case Function(operands=operands, type=kind):
            assert all(operand.type == kind for operand in operands)
        case And(terms=terms) | Or(terms=terms):
            assert len(terms) > 1 and all(term.type == BOOLEAN for term in terms)
        case Not(operand=operand):
            assert operand.type == BOOLEAN
    for child in children(node):
        check(child)


PIECES = [
    *FIELDS, "1", "2.50", "0.001", "'x'", "'2026-01-01'", "true", "NULL", "=", "<>", "<", ">=", "+", "-", "*", "/",
    "(", ")", ",", "AND", "OR", "NOT", "IN", "IS", "BETWEEN", "abs", "coalesce", "SELECT", "LIKE", "CASE", ";", "--",
    ".", '"', "'", "::", "[", "{", "$", "\\", "\n", "é", "ANY", "DATE", "INTERVAL", "OVER", "AS", "END", "WHEN", "FROM",
    "@", "%", "!", "~",
]  # fmt: skip


@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=40))
@example(text="n IN ()")
@example(text="NOT")
@example(text="abs()")
@example(text="coalesce()")
@example(text="end end")
def test_any_text_gives_an_allowed_tree_or_a_mistake(text):
    found = parse_expression(text, FIELDS)
    if isinstance(found, Mistake):
        assert found.found and found.cure
    else:
        check(found)


numbers = st.recursive(
    st.sampled_from(["n", "m", "order"]) | st.integers(0, 999).map(str) | st.decimals(0, 99, places=2).map(str),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner) | inner.map("(-{})".format),
    max_leaves=6,
)


@given(text=numbers, n=st.integers(-99, 99), m=st.integers(-99, 99))
def test_numbers_mean_what_python_says_they_mean(text, n, m):
    names = {"n": Decimal(n), "m": Decimal(m), "order": Decimal(n + m)}
    source = "".join(f"Decimal('{part}')" if part[0].isdigit() else part for part in _split(text))
    expected = Fraction(eval(source, {"Decimal": Decimal}, names))
    tree = parsed(text)
    check(tree)
    assert Fraction(value(tree, {name: int(worth) for name, worth in names.items()}), 10**tree.type.scale) == expected


def _split(text: str) -> list[str]:
    return text.replace("(", "( ").replace(")", " )").replace("(-", "( -").replace("( -", "( - ").split()


def value(node, row: dict[str, int]) -> int:
    """The integer that an engine would compute."""
    match node:
        case Number(digits=digits):
            return digits
        case Column(name=name):
            return row[name]
        case Arithmetic(operator=operator, left=left, right=right):
            a, b = value(left, row), value(right, row)
            return {"+": a + b, "-": a - b, "*": a * b}[operator]
