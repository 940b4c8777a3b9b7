"""What BigQuery has other types and names for."""

import pytest

from liftledger.engine.dialects.plain import SPACES
from tests.engine.dialects.spoken import said


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("a // 864", "DIV(`a`, 864)"),
        ("a % 864", "MOD(`a`, 864)"),
        ("SUM(a)", "SUM(CAST(`a` AS BIGNUMERIC))"),
        ("CAST(a AS DECIMAL(38, 0))", "CAST(`a` AS BIGNUMERIC)"),
        (
            "CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT)",
            "CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64)",
        ),
        ("REGEXP_FULL_MATCH(text, '[+-]?\\d+(\\.0*)?')", "REGEXP_CONTAINS(`text`, '^([+-]?\\\\d+(\\\\.0*)?)$')"),
        ("REGEXP_REPLACE(text, '^(\\d+)\\.0$', '\\1')", "REGEXP_REPLACE(`text`, '^(\\\\d+)\\\\.0$', '\\\\1')"),
        ("SPLIT_PART(text, '.', 1)", "SPLIT(`text`, '.')[OFFSET(0)]"),
        (
            "TRIM(text)",
            f"TRIM(`text`, '{SPACES}')",
        ),
        ("HASH(text)", "FARM_FINGERPRINT(`text`)"),
        ("EPOCH_US(CAST(x AS TIMESTAMP))", "UNIX_MICROS(CAST(`x` AS TIMESTAMP))"),
        ("TRY_CAST(text AS BIGINT)", "SAFE_CAST(`text` AS INT64)"),
        ("TRY_CAST(text AS DECIMAL(18, 2))", "SAFE_CAST(`text` AS BIGNUMERIC)"),
        ('a = CAST(text AS TEXT) COLLATE "C"', "`a` = CAST(`text` AS STRING)"),
        ("ROW_NUMBER() OVER ()", "ROW_NUMBER() OVER ()"),
        (
            "COUNT(*) OVER (PARTITION BY u ORDER BY t NULLS FIRST RANGE "
            "BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
            "COUNT(*) OVER (PARTITION BY `u` ORDER BY `t` RANGE BETWEEN UNBOUNDED PRECEDING AND 6000000001 PRECEDING)",
        ),
        ("'it''s a \\ and ü'", "'it\\'s a \\\\ and ü'"),
        (
            "1 FROM f WHERE NOT EXISTS (SELECT 1 FROM k WHERE k.u = f.u)",
            "1 FROM `f` WHERE NOT EXISTS(SELECT 1 FROM `k` WHERE `k`.`u` = `f`.`u`)",
        ),
    ],
)
def test_it_says_the_same_in_its_own_words(ours, theirs):
    assert said(ours, "bigquery") == theirs
