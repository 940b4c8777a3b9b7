CREATE OR REPLACE TEMPORARY TABLE units_orders AS
/* One row a unit of a study with at least one row that can count: its measures, as integers. Of each row, _counts_n says */
/* whether it counts for a measure, and _value_n what it adds. */
SELECT
  0 AS _study,
  MIN(_arm) AS _arm,
  MIN(_by_account) AS _by_account,
  MIN(_by_country) AS _by_country,
  CAST(CASE WHEN COUNT(CASE WHEN _counts_1 THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "conversion",
  CAST(SUM(CASE WHEN _counts_2 THEN _value_1 ELSE 0 END) AS DECIMAL(38, 0)) AS "spend",
  CAST(SUM(CASE WHEN _counts_3 THEN _value_1 ELSE 0 END) AS DECIMAL(38, 0)) AS "spend_before",
  CAST(COUNT(CASE WHEN _counts_4 THEN 1 END) AS DECIMAL(38, 0)) AS "orders",
  CAST(CASE
    WHEN MIN(_start) < 1772323200000000 /* 2026-03-01T00:00:00Z */
    THEN (
      1772323200000000 /* 2026-03-01T00:00:00Z */ - MIN(_start)
    ) // 1000000
    ELSE 0
  END AS DECIMAL(38, 0)) AS "orders_per",
  CAST(CASE WHEN COUNT(CASE WHEN _counts_2 THEN 1 END) > 1 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars",
  CAST(CASE WHEN COUNT(CASE WHEN _counts_2 THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_per",
  CAST(CASE WHEN COUNT(CASE WHEN _counts_3 THEN 1 END) > 1 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_before",
  CAST(CASE WHEN COUNT(CASE WHEN _counts_3 THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_per_before"
FROM (
  SELECT
    cohort._study,
    cohort._unit,
    cohort._arm,
    cohort._start,
    cohort._by_account,
    cohort._by_country,
    fact."amount" AS _value_1,
    fact."status" <> 'void'
    AND fact._at >= cohort._start
    AND fact._at < cohort._start + 1209600000000 /* 14d */ AS _counts_1,
    fact._at >= cohort._start AND fact._at < cohort._start + 1209600000000 /* 14d */ AS _counts_2,
    fact._at < cohort._start AS _counts_3,
    fact._at >= cohort._start AS _counts_4
  FROM (
    SELECT
      0 AS _study,
      _unit,
      _arm,
      _start,
      _by_account,
      _by_country
    FROM cohort_test
  ) AS cohort
  JOIN fact_orders AS fact
    ON fact._unit = cohort._unit
  WHERE
    fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
    AND fact._at >= cohort._start - 2592000000000 /* 30d */
) AS rows
GROUP BY
  _unit;
