-- One row a unit of a study and UTC day (whole days since 1970) with at least one row that can count, whenever the unit
-- matures: what its rows of that day add up to. Of each row, _counts_n says whether it counts for a measure, and _value_n
-- what it adds.
SELECT
    $study AS _study,
    _unit,
    _day,
    $measures
FROM (
    SELECT
        cohort._study,
        cohort._unit,
        $day AS _day,
        $values,
        $conditions
    FROM cohort
    JOIN fact ON fact._unit = cohort._unit
    WHERE $counts
) AS rows
GROUP BY $keys, _day
