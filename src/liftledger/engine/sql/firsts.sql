-- One row a unit with a row that fits and passes the condition: when it was first.
SELECT
    fact._unit,
    min(fact._at) AS at
FROM fact
WHERE $counts
GROUP BY fact._unit
