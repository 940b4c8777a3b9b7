-- One row a unit with an event: when it was first.
SELECT
    fact._unit,
    min(fact._at) AS _event
FROM fact
WHERE $counts
GROUP BY fact._unit
