-- For units seen in several arms: by first arm and UTC day (microseconds), when another arm was first seen.
SELECT
    arm,
    other - other % 86400000000 AS day,
    count(*) AS units
FROM (
    SELECT
        assigned.unit,
        min(assigned.arm) AS arm,
        min(assignments.at) AS other
    FROM assigned
    JOIN assignments ON assignments.unit = assigned.unit
    WHERE assigned.contaminated = 1 AND assignments.arm <> assigned.arm
    GROUP BY assigned.unit
) AS crossing
GROUP BY arm, other - other % 86400000000
