-- When the only row of a unit starts its clock.
SELECT
    fact._unit,
    $at AS at
FROM fact
WHERE $counts
