CREATE OR REPLACE TEMPORARY TABLE cohort_test AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start,
  COALESCE(CAST(fact_users."account" AS TEXT), '') AS _by_account,
  COALESCE(CAST(fact_users."country" AS TEXT), '') AS _by_country
FROM exposed_test AS began
LEFT JOIN fact_users
  ON fact_users._unit = began.unit;
