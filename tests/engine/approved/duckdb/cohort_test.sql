CREATE OR REPLACE TEMPORARY TABLE cohort_test AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes ('' where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start,
  COALESCE(CAST(about_country."country" AS TEXT), '') AS _by_country
FROM exposed_test AS began
LEFT JOIN fact_users AS about_country
  ON about_country._unit = began.unit;
