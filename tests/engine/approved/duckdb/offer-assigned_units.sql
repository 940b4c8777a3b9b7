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
    0 AS period,
    start
  FROM assigned_offer AS assigned
) AS dated
GROUP BY
  arm,
  period;
