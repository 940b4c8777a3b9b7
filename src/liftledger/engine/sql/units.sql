-- One row a unit of a study with at least one row that can count: its measures, as integers. Of each row, _counts_n says
-- whether it counts for a measure, and _value_n what it adds.
SELECT
    $study AS _study,
    min(_arm) AS _arm,
    $attributes,
    $measures
FROM (
    SELECT
        cohort._study,
        cohort._unit,
        cohort._arm,
        cohort._start,
        $dimensions,
        $values,
        $conditions
    FROM cohort
    JOIN fact ON fact._unit = cohort._unit
    WHERE $counts
) AS rows
GROUP BY $keys
