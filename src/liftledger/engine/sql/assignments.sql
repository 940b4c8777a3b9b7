-- Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0.
SELECT
    fact._unit AS unit,
    $at AS at,
    $arm AS arm
FROM fact
WHERE $counts
