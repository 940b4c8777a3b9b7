-- Units that the table of such units does not know, and how many rows they have each day.
SELECT
    _day,
    _unit,
    count(*) AS _rows
FROM fact
WHERE NOT EXISTS (
    SELECT 1
    FROM known
    WHERE known._unit = fact._unit
)
GROUP BY _day, _unit
