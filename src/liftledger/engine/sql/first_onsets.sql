-- One row a unit with a row that starts its clock: when it was first.
SELECT
    fact._unit,
    min($at) AS at
FROM fact
WHERE $counts
GROUP BY fact._unit
