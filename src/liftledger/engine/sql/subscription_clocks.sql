-- One row a unit of a study that had a subscription at its start or later: when it had the first such one, on the even
-- calendar, and when its last one ended (NULL where one goes on).
SELECT
    _study,
    _unit,
    _arm,
    CASE WHEN _running > 0 THEN _even ELSE _next END AS _first,
    _last
FROM (
    SELECT
        cohort._study,
        cohort._unit,
        cohort._arm,
        cohort._even,
        customers._last,
        sum(CASE WHEN movements._at < cohort._at THEN movements._running ELSE 0 END) AS _running,
        min(CASE WHEN movements._at >= cohort._at AND movements._running > 0 THEN movements._even END) AS _next
    FROM cohort
    JOIN customers ON customers._unit = cohort._unit
    JOIN movements ON movements._unit = cohort._unit
    GROUP BY cohort._study, cohort._unit, cohort._arm, cohort._even, customers._last
) AS begun
WHERE _running > 0 OR NOT _next IS NULL
