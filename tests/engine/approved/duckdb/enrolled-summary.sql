/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN(_at) AS "first",
  MAX(_at) AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM(_at), 0) AS "sum_of_time"
FROM fact_enrolled AS fact;
