/* Exact sums by study, arm and segment of products of measures. Units without rows add zero. */
SELECT
  _study,
  _arm,
  SUM("paid") AS "paid",
  SUM("paid" * "paid") AS "paid x paid",
  SUM("paid" * "paid" * "paid") AS "paid x paid x paid"
FROM (
  /* Units with their totals limited; 0 stays 0. */
  SELECT
    _study,
    _arm,
    CASE
      WHEN "paid" = 0
      THEN 0
      WHEN "paid" < 100
      THEN 100
      WHEN "paid" > 50000
      THEN 50000
      ELSE "paid"
    END AS "paid"
  FROM (
    /* One row a unit of a study with at least one row that can count: its measures, as integers. Of each row, _counts_n says */
    /* whether it counts for a measure, and _value_n what it adds. */
    SELECT
      0 AS _study,
      MIN(_arm) AS _arm,
      CAST(SUM(CASE WHEN _counts_1 THEN _value_1 ELSE 0 END) AS DECIMAL(38, 0)) AS "paid"
    FROM (
      SELECT
        cohort._study,
        cohort._unit,
        cohort._arm,
        cohort._start,
        fact."amount" AS _value_1,
        TRUE AS _counts_1
      FROM (
        SELECT
          0 AS _study,
          _unit,
          _arm,
          _start
        FROM above_test__account
      ) AS cohort
      JOIN fact_bills AS fact
        ON fact._unit = cohort._unit
      WHERE
        fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
        AND fact._at >= cohort._start
    ) AS rows
    GROUP BY
      _unit
  ) AS units
) AS units
GROUP BY
  _study,
  _arm;
