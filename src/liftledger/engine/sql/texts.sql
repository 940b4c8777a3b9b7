-- Texts of a column, and how many rows have each.
SELECT
    $day AS _day,
    $text AS text,
    count(*) AS rows
FROM fact
GROUP BY $keys
