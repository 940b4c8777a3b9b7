-- One row a unit of a study: when its clock starts, at its onset or with the study if that is later; NULL without onset.
SELECT
    cohort._study,
    cohort._unit,
    cohort._arm,
    cohort._start,
    $dimensions,
    CASE
        WHEN onsets.at > cohort._start THEN onsets.at
        WHEN onsets.at <= cohort._start THEN cohort._start
    END AS _clock
FROM cohort
LEFT JOIN onsets ON onsets._unit = cohort._unit
