-- Units that were known before and are no longer.
SELECT count(*) AS units
FROM before
WHERE NOT EXISTS (
    SELECT 1
    FROM known
    WHERE known._unit = before._unit
)
