CREATE OR REPLACE TEMPORARY TABLE exposed_test AS
/* One row a unit that was exposed after its assignment: when it was first. */
SELECT
  assigned.unit AS unit,
  MIN(assigned.arm) AS arm,
  MIN(fact._at) AS start
FROM assigned_test AS assigned
JOIN fact_shown AS fact
  ON fact._unit = assigned.unit
WHERE
  fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND fact._at >= assigned.start
GROUP BY
  assigned.unit;
