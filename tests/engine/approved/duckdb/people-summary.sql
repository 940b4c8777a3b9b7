/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0) AS "unfit",
  NULL AS "first",
  NULL AS "last",
  COUNT(*) AS "ids",
  COUNT(DISTINCT _unit) AS "units",
  COUNT("country") AS "rows_with_country"
FROM fact_people AS fact;
