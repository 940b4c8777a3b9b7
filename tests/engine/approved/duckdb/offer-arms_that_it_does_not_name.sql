/* Arms in the data that the study does not name. */
SELECT
  fact."arm" AS label,
  COUNT(*) AS rows
FROM fact_enrolled AS fact
WHERE
  fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND CASE WHEN fact."arm" = 'a' THEN 0 WHEN fact."arm" = 'b' THEN 1 END IS NULL
GROUP BY
  fact."arm";
