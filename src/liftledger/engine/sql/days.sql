-- Rows of a fact by day: their number, their span, and the exact sums of the columns that definitions use.
SELECT
    $keys,
    count(*) AS rows,
    $measured
FROM fact
GROUP BY $keys
