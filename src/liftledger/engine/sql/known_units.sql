-- Units of the kept cohort among those that rows of assignments came for.
SELECT
    kept._unit AS unit,
    kept._start AS start,
    kept._arm AS arm,
    1 AS contaminated
FROM kept
JOIN came ON came.unit = kept._unit
