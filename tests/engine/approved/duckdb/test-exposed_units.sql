/* Exposed units by arm. */
SELECT
  arm,
  COUNT(*) AS "units"
FROM exposed_test
GROUP BY
  arm;
