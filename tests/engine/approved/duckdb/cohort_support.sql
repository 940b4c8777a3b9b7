CREATE OR REPLACE TEMPORARY TABLE cohort_support AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start,
  '2026-01' AS _by_started,
  CASE
    WHEN about_score.value >= 4
    THEN 'high'
    WHEN about_score.value >= 0
    THEN 'low'
    ELSE ''
  END AS _by_score
FROM assigned_support AS began
LEFT JOIN (
  /* One row a unit with a row at or before its start: the value of the last; of rows at one instant, the largest. */
  SELECT
    last.unit AS _unit,
    MAX(fact."score") AS value
  FROM (
    SELECT
      began.unit,
      MAX(fact._at) AS "at"
    FROM assigned_support AS began
    JOIN fact_models AS fact
      ON fact._unit = began.unit
    WHERE
      fact._at <= began.start
    GROUP BY
      began.unit
  ) AS last
  JOIN fact_models AS fact
    ON fact._unit = last.unit AND fact._at = last."at"
  GROUP BY
    last.unit
) AS about_score
  ON about_score._unit = began.unit;
