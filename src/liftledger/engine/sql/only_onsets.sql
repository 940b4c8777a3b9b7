-- When a unit's only row starts its clock.
SELECT
    fact._unit,
    $at AS at
FROM fact
WHERE $counts
