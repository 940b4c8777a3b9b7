-- One row a unit of a study, UTC day (whole days since 1970) and day since its start (_age, -1 before it) with at least one
-- row that can count, whenever the unit matures: what these rows add up to. Of each row, _counts_n says whether it counts
-- for a measure, and _value_n what it adds.
SELECT
    $study AS _study,
    _unit,
    _day,
    _age,
    $measures
FROM (
    SELECT
        cohort._study,
        cohort._unit,
        $day AS _day,
        $age AS _age,
        $values,
        $conditions
    FROM cohort
    JOIN fact ON fact._unit = cohort._unit
    WHERE $counts
) AS rows
GROUP BY $keys, _day, _age
