-- One row a parent (an account): the arm and start of its first unit, and whether its units are in several arms.
SELECT
    $parent AS _unit,
    min(cohort._start * 1024 + cohort._arm) - min(cohort._start) * 1024 AS _arm,
    min(cohort._start) AS _start,
    CASE WHEN min(cohort._arm) = max(cohort._arm) THEN 0 ELSE 1 END AS contaminated
FROM cohort
JOIN link ON link._unit = cohort._unit
GROUP BY $parent
