/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0),
  MIN(_at),
  MAX(_at),
  COUNT(*),
  COUNT(*),
  COALESCE(SUM(_at), 0)
FROM fact_joined AS fact;
