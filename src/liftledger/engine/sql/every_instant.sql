-- Each instant of a unit at which there is a row that counts, once.
SELECT DISTINCT
    fact._unit,
    $day AS _day,
    $at AS _at
FROM fact
WHERE $counts
