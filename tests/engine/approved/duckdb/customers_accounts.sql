CREATE OR REPLACE TEMPORARY TABLE customers_accounts AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start,
  '2025-01' AS _by_started,
  COALESCE(CAST(fact_people."country" AS TEXT), '') AS _by_country,
  COALESCE(CAST(about__plan.value AS TEXT), '') AS _by__plan,
  began._first,
  began._left,
  began._last
FROM subscribers_accounts AS began
LEFT JOIN fact_people
  ON fact_people._unit = began.unit
LEFT JOIN (
  /* One row a unit with a row at or before its start: the value of the last; of rows at one instant, the largest. */
  SELECT
    last.unit AS _unit,
    MAX(CAST(fact."plan" AS TEXT)) AS value
  FROM (
    SELECT
      began.unit,
      MAX(fact._at) AS "at"
    FROM subscribers_accounts AS began
    JOIN plans_accounts AS fact
      ON fact._unit = began.unit
    WHERE
      fact._at <= began.start
    GROUP BY
      began.unit
  ) AS last
  JOIN plans_accounts AS fact
    ON fact._unit = last.unit AND fact._at = last."at"
  GROUP BY
    last.unit
) AS about__plan
  ON about__plan._unit = began.unit;
