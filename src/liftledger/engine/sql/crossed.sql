-- One row a unit that was seen in several arms: its first arm, and when another was first seen.
SELECT
    assigned.unit AS _unit,
    min(assigned.arm) AS _arm,
    min(assignments.at) AS _other
FROM assigned
JOIN assignments ON assignments.unit = assigned.unit
WHERE assigned.contaminated = 1 AND assignments.arm <> assigned.arm
GROUP BY assigned.unit
