"""What ClickHouse would let wrap around, or refuse."""

import pytest

from tests.engine.dialects.spoken import said


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("HASH(text)", 'sipHash64("text")'),
        ("a // 864", 'intDiv("a", 864)'),
        ("a % 864", '"a" % 864'),
        ("SUM(a)", 'SUM(CAST("a" AS Nullable(Decimal(76, 0))))'),
        ("CAST(a AS DECIMAL(38, 0))", 'CAST("a" AS Nullable(Decimal(76, 0)))'),
        (
            "CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT)",
            'CAST(reinterpretAsUInt32(reverse(unhex(SUBSTRING(LOWER(HEX(MD5("text"))), 1, 8)))) AS Nullable(Int64))',
        ),
        ("REGEXP_FULL_MATCH(text, '[+-]?\\d+(\\.0*)?')", "match(\"text\", '^([+-]?\\\\d+(\\\\.0*)?)$')"),
        ("REGEXP_REPLACE(text, '^(\\d+)\\.0$', '\\1')", "replaceRegexpAll(\"text\", '^(\\\\d+)\\\\.0$', '\\\\1')"),
        ("SPLIT_PART(text, '.', 1)", "substringIndex(\"text\", '.', 1)"),
        ("TRIM(text)", "replaceRegexpAll(\"text\", '^\\\\p{Zs}+|\\\\p{Zs}+$', '')"),
        ("EPOCH_US(CAST(x AS TIMESTAMP))", "toUnixTimestamp64Micro(CAST(\"x\" AS Nullable(DateTime64(6, 'UTC'))))"),
        ("TRY_CAST(text AS BIGINT)", 'toInt64OrNull("text")'),
        ("TRY_CAST(text AS DECIMAL(18, 2))", 'toDecimal256OrNull("text", 2)'),
        ('a = CAST(text AS TEXT) COLLATE "C"', '"a" = CAST("text" AS Nullable(String))'),
        ("ROW_NUMBER() OVER ()", "ROW_NUMBER() OVER ()"),
        (
            "COUNT(*) OVER (PARTITION BY u ORDER BY t NULLS FIRST RANGE "
            "BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
            'arrayCount("one" -> "one" <= "t" - 6000000001, groupArray("t") OVER (PARTITION BY "u"))',
        ),
        ("'it''s a \\ and ü'", "'it''s a \\\\ and ü'"),
        (
            "1 FROM f WHERE NOT EXISTS (SELECT 1 FROM k WHERE k.u = f.u)",
            '1 FROM "f" WHERE NOT ("f"."u" IN (SELECT "k"."u" FROM "k"))',
        ),
    ],
)
def test_it_says_the_same_in_its_own_words(ours, theirs):
    assert said(ours, "clickhouse") == theirs
