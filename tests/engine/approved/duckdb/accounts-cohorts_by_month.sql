/* By month of the first start and month: how many more customers had a subscription at its end than before it, and how much */
/* more they paid a month. */
SELECT
  customers._first // 2678400000000 AS _cohort,
  changes._period,
  SUM(
    CASE WHEN changes._running > 0 THEN 1 ELSE 0 END - CASE WHEN changes._running_before > 0 THEN 1 ELSE 0 END
  ) AS active,
  SUM(changes._mrr - changes._mrr_before) AS mrr
FROM changes_accounts AS changes
JOIN customers_accounts AS customers
  ON customers._unit = changes._unit
GROUP BY
  customers._first // 2678400000000,
  changes._period;
