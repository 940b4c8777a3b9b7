/* Assigned units by arm and by period of constant planned shares. */
SELECT
  arm,
  period,
  COUNT(*) AS units,
  MIN(start) AS first,
  MAX(start) AS last
FROM (
  SELECT
    arm,
    CASE WHEN start >= 1767484800000000 /* 2026-01-04T00:00:00Z */ THEN 1 ELSE 0 END AS period,
    start
  FROM assigned_test AS assigned
) AS dated
GROUP BY
  arm,
  period;
