-- Units by study, arm and segment: all, those observed for long enough, and sums of the time that they were observed.
SELECT
    _study,
    _arm,
    $dimensions,
    count(*) AS units,
    $counted
FROM cohort
GROUP BY $sets
