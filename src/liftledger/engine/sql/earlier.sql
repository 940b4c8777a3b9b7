-- Rows that say that a unit was first assigned at another time, or to another arm, than is known.
SELECT count(*) AS rows
FROM assignments
JOIN known ON known.unit = assignments.unit
WHERE assignments.at < known.start OR (assignments.at = known.start AND assignments.arm < known.arm)
