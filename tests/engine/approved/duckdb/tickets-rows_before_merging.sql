/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. */
SELECT
  COUNT(*) AS rows,
  MAX(_at) AS "last",
  COUNT(*) AS "ids"
FROM whole_tickets AS fact;
