/* By period: customers who had a subscription at its start and none at its end, and those who had none and one. */
SELECT
  _period,
  SUM(CASE WHEN _running_before > 0 AND _running = 0 THEN 1 ELSE 0 END) AS lost,
  SUM(CASE WHEN _running_before = 0 AND _running > 0 THEN 1 ELSE 0 END) AS gained
FROM changes_accounts AS changes
GROUP BY
  _period;
