-- One row a unit that was exposed after its assignment: when it was first.
SELECT
    assigned.unit AS unit,
    min(assigned.arm) AS arm,
    min($at) AS start
FROM assigned
JOIN fact ON fact._unit = assigned.unit
WHERE $counts AND $at >= assigned.start
GROUP BY assigned.unit
