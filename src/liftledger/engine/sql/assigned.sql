-- One row a unit: when it was first assigned, to which arm, and whether it is contaminated, which means seen in several
-- arms. Of those the arm is the lowest for now.
SELECT
    unit,
    min(at) AS start,
    min(arm) AS arm,
    CASE WHEN min(arm) = max(arm) THEN 0 ELSE 1 END AS contaminated
FROM assignments
GROUP BY unit
