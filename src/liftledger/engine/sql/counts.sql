-- Units by study, arm and segment: all, their first and last start, those observed for long enough (_mature_n), and sums
-- of the seconds that they were observed.
SELECT
    _study,
    _arm,
    $dimensions,
    count(*) AS units,
    min(_start) AS first,
    max(_start) AS last,
    $counted
FROM cohort
GROUP BY $sets
