"""What Snowflake would round, and would not do without being told."""

import pytest

from liftledger.engine.dialects.plain import SPACES
from tests.engine.dialects.spoken import said


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("a // 864", 'CAST(("a" - "a" % 864) / 864 AS BIGINT)'),
        ("a % 864", '"a" % 864'),
        ("SUM(a)", 'SUM("a")'),
        ("CAST(a AS DECIMAL(38, 0))", 'CAST("a" AS DECIMAL(38, 0))'),
        ("CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT)", "TO_NUMBER(SUBSTRING(MD5(\"text\"), 1, 8), 'XXXXXXXX')"),
        ("REGEXP_FULL_MATCH(text, '[+-]?\\d+(\\.0*)?')", "REGEXP_LIKE(\"text\", '[+-]?\\\\d+(\\\\.0*)?')"),
        ("REGEXP_REPLACE(text, '^(\\d+)\\.0$', '\\1')", "REGEXP_REPLACE(\"text\", '^(\\\\d+)\\\\.0$', '\\\\1')"),
        ("SPLIT_PART(text, '.', 1)", "SPLIT_PART(\"text\", '.', 1)"),
        (
            "TRIM(text)",
            f"TRIM(\"text\", '{SPACES}')",
        ),
        ("HASH(text)", 'HASH("text")'),
        ("EPOCH_US(CAST(x AS TIMESTAMP))", 'DATE_PART(EPOCH_MICROSECOND, CAST("x" AS TIMESTAMPNTZ))'),
        ("TRY_CAST(text AS BIGINT)", 'TRY_CAST("text" AS BIGINT)'),
        ("TRY_CAST(text AS DECIMAL(18, 2))", 'TRY_CAST("text" AS DECIMAL(18, 2))'),
        ('a = CAST(text AS TEXT) COLLATE "C"', '"a" = CAST("text" AS VARCHAR)'),
        ("ROW_NUMBER() OVER ()", "ROW_NUMBER() OVER (ORDER BY NULL)"),
        (
            "COUNT(*) OVER (PARTITION BY u ORDER BY t NULLS FIRST RANGE "
            "BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
            'COUNT(*) OVER (PARTITION BY "u" ORDER BY "t" NULLS FIRST '
            "RANGE BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
        ),
        ("'it''s a \\ and ü'", "'it\\'s a \\\\ and ü'"),
        (
            "1 FROM f WHERE NOT EXISTS (SELECT 1 FROM k WHERE k.u = f.u)",
            '1 FROM "f" WHERE NOT EXISTS(SELECT 1 FROM "k" WHERE "k"."u" = "f"."u")',
        ),
    ],
)
def test_it_says_the_same_in_its_own_words(ours, theirs):
    assert said(ours, "snowflake") == theirs
