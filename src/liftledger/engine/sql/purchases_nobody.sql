-- Units that have steps, and never one that adds up to more than 0.
SELECT
    count(*) AS units
FROM (
    SELECT
        unit
    FROM steps
    GROUP BY unit
    HAVING max(amount) <= 0
) AS without
