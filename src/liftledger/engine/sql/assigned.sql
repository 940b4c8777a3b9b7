-- One row a unit: its first arm and when it got it. Time and arm are packed into one integer (time * 1024 + arm), so
-- that the smallest is the first assignment, and the control's where two are at the same instant.
SELECT
    unit,
    min(at) AS start,
    min(at * 1024 + arm) - min(at) * 1024 AS arm,
    CASE WHEN min(arm) = max(arm) THEN 0 ELSE 1 END AS contaminated
FROM assignments
GROUP BY unit
