-- Rows and units that the table of such units does not know, of those that it did not know before.
SELECT
    coalesce(sum(strangers._rows), 0) AS rows,
    count(DISTINCT strangers._unit) AS units
FROM strangers
WHERE NOT EXISTS (
    SELECT 1
    FROM known
    WHERE known._unit = strangers._unit
)
