SELECT
  arm,
  COUNT(*)
FROM exposed_test
GROUP BY
  arm;
