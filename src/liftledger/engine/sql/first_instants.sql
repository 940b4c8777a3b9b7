-- One row a unit and day with a row that counts: when it was first.
SELECT
    fact._unit,
    $day AS _day,
    min($at) AS _at
FROM fact
WHERE $counts
GROUP BY $keys
