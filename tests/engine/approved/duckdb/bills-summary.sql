/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0),
  MIN(_at),
  MAX(_at),
  COUNT(*),
  COUNT(*),
  COALESCE(SUM(_at), 0),
  COALESCE(SUM("amount"), 0),
  COUNT(CASE WHEN "amount" < 0 THEN 1 END)
FROM fact_bills AS fact;
