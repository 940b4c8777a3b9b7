/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS rows,
  0 AS "unfit",
  MIN(_at) AS "first",
  MAX(_at) AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM(_at), 0) AS "sum_of_time",
  COUNT("channel") AS "rows_with_channel"
FROM fact_tickets AS fact;
