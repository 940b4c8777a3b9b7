-- One row a unit of a study and midnight by which its rows add up to more: its totals after that (_after_n) and before
-- (_before_n). Rows count from the first midnight after them on, and not before the first one after the start of the unit.
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
