/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. */
SELECT
  COUNT(*) AS rows,
  0,
  MIN(_at),
  MAX(_at),
  COUNT(*),
  COUNT(*),
  COALESCE(SUM(_at), 0),
  COUNT("channel")
FROM fact_tickets AS fact;
