/* When the clock of the first and of the last unit starts. */
SELECT
  MIN(start) AS first,
  MAX(start) AS last
FROM subscribers_accounts AS began;
