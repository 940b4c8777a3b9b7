-- One row a unit of a study with at least one row on a day that counts: its measures, as integers, added up from days.
SELECT
    $study AS _study,
    min(cohort._arm) AS _arm,
    $attributes,
    $measures
FROM cohort
JOIN days ON $same
WHERE $counts
GROUP BY $keys
