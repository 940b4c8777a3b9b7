-- One row a unit of a study and step (_day) at which its rows add up to more: its totals after it (_after_n) and before it
-- (_before_n).
SELECT
    _study,
    _arm,
    $dimensions,
    _day,
    $after,
    $before
FROM (
    SELECT
        *,
        $running
    FROM (
        SELECT
            $study AS _study,
            cohort._unit,
            min(cohort._arm) AS _arm,
            $attributes,
            $day AS _day,
            $totals
        FROM cohort
        JOIN days ON $same
        GROUP BY $keys, $day
    ) AS days
) AS units
