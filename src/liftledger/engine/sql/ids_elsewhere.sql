-- Rows whose id names a row of another day too.
SELECT count(*) AS rows
FROM others
WHERE EXISTS (
    SELECT 1
    FROM fact
    WHERE fact._id = others._id
)
