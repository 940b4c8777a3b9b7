-- Rows supplied, and those of them that do not fit the definition.
SELECT
    count(*) AS rows,
    $unfit AS unfit
FROM fact
