-- One row a unit: when it was first assigned, and to which arm; of a unit seen in several arms, the lowest for now.
SELECT
    unit,
    min(at) AS start,
    min(arm) AS arm,
    CASE WHEN min(arm) = max(arm) THEN 0 ELSE 1 END AS contaminated
FROM assignments
GROUP BY unit
