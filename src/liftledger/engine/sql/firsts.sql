-- One row a unit with a row that fits and passes the condition: when it was first.
SELECT
    fact._unit AS _first_unit,
    min(fact._at) AS _first_at
FROM fact
WHERE $counts
GROUP BY fact._unit
