-- Rows of units that were in no arm before.
SELECT assignments.*
FROM assignments
LEFT JOIN known ON known.unit = assignments.unit
WHERE known.unit IS NULL
