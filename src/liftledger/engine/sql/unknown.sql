-- Rows of units that the table of such units does not know.
SELECT count(*) AS rows
FROM fact
WHERE NOT EXISTS (
    SELECT 1
    FROM known
    WHERE known._unit = fact._unit
)
