/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0),
  NULL,
  NULL,
  COUNT(*),
  COUNT(DISTINCT _unit),
  COUNT("account")
FROM fact_members AS fact;
