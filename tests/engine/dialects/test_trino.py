"""What Trino would do by doubles, by milliseconds, or not at all."""

import pytest

from liftledger.engine.dialects.plain import SPACES
from tests.engine.dialects.spoken import said


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("HASH(text)", 'FROM_BIG_ENDIAN_64(XXHASH64(TO_UTF8("text")))'),
        ("a // 864", '"a" / 864'),
        ("a % 864", '"a" % 864'),
        ("SUM(a)", 'SUM(CAST("a" AS DECIMAL(38, 0)))'),
        ("CAST(a AS DECIMAL(38, 0))", 'CAST("a" AS DECIMAL(38, 0))'),
        (
            "CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT)",
            'FROM_BASE(SUBSTR(LOWER(TO_HEX(MD5(TO_UTF8("text")))), 1, 8), 16)',
        ),
        ("REGEXP_FULL_MATCH(text, '[+-]?\\d+(\\.0*)?')", "REGEXP_LIKE(\"text\", '\\A([+-]?[0-9]+(\\.0*)?)\\z')"),
        ("REGEXP_REPLACE(text, '^(\\d+)\\.0$', '\\1')", "REGEXP_REPLACE(\"text\", '^([0-9]+)\\.0\\z', '$1')"),
        ("SPLIT_PART(text, '.', 1)", "SPLIT_PART(\"text\", '.', 1)"),
        (
            "TRIM(text)",
            f"TRIM('{SPACES}' FROM \"text\")",
        ),
        (
            "EPOCH_US(CAST(x AS TIMESTAMP))",
            "(DATE_DIFF('SECOND', CAST('1970-01-01 00:00:00' AS "
            "TIMESTAMP(0)), DATE_TRUNC('SECOND', CAST(\"x\" AS "
            'TIMESTAMP(9)))) * 1000000 + CAST(SUBSTR(CAST(CAST(CAST("x" '
            "AS TIMESTAMP(9)) AS TIMESTAMP(9)) AS VARCHAR), -9, 6) AS "
            "BIGINT))",
        ),
        ("TRY_CAST(text AS BIGINT)", 'TRY_CAST("text" AS BIGINT)'),
        ("TRY_CAST(text AS DECIMAL(18, 2))", 'TRY_CAST("text" AS DECIMAL(18, 2))'),
        ('a = CAST(text AS TEXT) COLLATE "C"', '"a" = CAST("text" AS VARCHAR)'),
        ("ROW_NUMBER() OVER ()", "ROW_NUMBER() OVER ()"),
        (
            "COUNT(*) OVER (PARTITION BY u ORDER BY t NULLS FIRST RANGE "
            "BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
            'COUNT(*) OVER (PARTITION BY "u" ORDER BY "t" NULLS FIRST '
            "RANGE BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
        ),
        ("'it''s a \\ and ü'", "'it''s a \\ and ü'"),
        (
            "1 FROM f WHERE NOT EXISTS (SELECT 1 FROM k WHERE k.u = f.u)",
            '1 FROM "f" WHERE NOT EXISTS(SELECT 1 FROM "k" WHERE "k"."u" = "f"."u")',
        ),
    ],
)
def test_it_says_the_same_in_its_own_words(ours, theirs):
    assert said(ours, "trino") == theirs


def test_a_date_alone_is_given_its_time_which_its_reader_needs():
    date = r"""REGEXP_REPLACE(REGEXP_REPLACE("text", '(\.[0-9]{6})[0-9]+', '$1'), '\A([0-9-]{10})\z', '$1T00:00')"""
    found = said("TRY_CAST(text AS TIMESTAMP)", "trino")
    assert f"TRY(FROM_ISO8601_TIMESTAMP_NANOS(REPLACE({date}, ' ', 'T')))" in found
    assert "T00:00" not in said("TRY_CAST(text AS TIMESTAMPTZ)", "trino")
