-- When the clock of the first and of the last unit starts.
SELECT
    min(start) AS first,
    max(start) AS last
FROM began
