/* Arms in the data that the study does not name. */
SELECT
  fact."arm" AS label,
  COUNT(*) AS rows
FROM fact_seen AS fact
WHERE
  fact."page" = 'home'
  AND fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND fact._at >= 1767225600000000 /* 2026-01-01T00:00:00Z */
  AND CASE WHEN fact."arm" = 'standard' THEN 0 WHEN fact."arm" = 'new "one"' THEN 1 END IS NULL
GROUP BY
  fact."arm";
