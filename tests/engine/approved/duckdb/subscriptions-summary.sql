/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN(_at) AS "first",
  MAX(_at) AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM(_at), 0) AS "sum_of_time",
  COALESCE(SUM("ended"), 0) AS "sum_of_ended",
  COALESCE(SUM("mrr"), 0) AS "sum_of_mrr",
  COUNT("ended") AS "rows_with_ended",
  COUNT("mrr") AS "rows_with_mrr",
  COUNT("plan") AS "rows_with_plan",
  COUNT("trial") AS "rows_with_trial",
  COUNT(CASE WHEN "mrr" < 0 THEN 1 END) AS "rows_with_negative_mrr"
FROM fact_subscriptions AS fact;
