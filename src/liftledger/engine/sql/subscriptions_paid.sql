-- One row a study and arm: what units with subscriptions paid from their start in the study on, in money a month x days.
SELECT
    _study,
    _arm,
    $sums
FROM (
    SELECT
        cohort._study,
        cohort._unit,
        cohort._arm,
        CAST(sum(movements._mrr * $days) AS DECIMAL(38, 0)) AS revenue
    FROM cohort
    JOIN movements ON movements._unit = cohort._unit
    GROUP BY cohort._study, cohort._unit, cohort._arm
) AS paid
GROUP BY _study, _arm
