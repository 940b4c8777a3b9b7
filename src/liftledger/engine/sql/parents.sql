-- One row a parent (an account): the arm and start of its first unit, and whether its units are in several arms.
-- Time and arm are packed into one integer (time * arms + arm), so that the smallest is the first assignment, of several
-- at one instant the lowest arm; without the time, the arm is left.
SELECT
    $parent AS unit,
    min(cohort._start * $arms + cohort._arm) - min(cohort._start) * $arms AS arm,
    min(cohort._start) AS start,
    CASE WHEN min(cohort._arm) = max(cohort._arm) THEN 0 ELSE 1 END AS contaminated
FROM cohort
JOIN link ON link._unit = cohort._unit
WHERE NOT $parent IS NULL
GROUP BY $parent
