-- One row a unit of a study: when its clock starts, at its onset or with the study if that is later; NULL without onset.
SELECT
    cohort._study,
    cohort._unit,
    cohort._arm,
    cohort._start,
    $dimensions,
    CASE
        WHEN onset.at > cohort._start THEN onset.at
        WHEN onset.at <= cohort._start THEN cohort._start
    END AS _clock
FROM cohort
LEFT JOIN (
    SELECT
        fact._unit,
        min($at) AS at
    FROM fact
    WHERE $counts
    GROUP BY fact._unit
) AS onset ON onset._unit = cohort._unit
