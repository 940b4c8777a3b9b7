/* Rows by outcome; of them those without an amount, and those that end at the instant they start. */
SELECT
  _outcome,
  COUNT(*) AS rows,
  SUM(_blank) AS blank,
  SUM(CASE WHEN _ends = _at THEN 1 ELSE 0 END) AS empty
FROM subscriptions_accounts AS subscriptions
GROUP BY
  _outcome;
