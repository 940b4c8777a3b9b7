-- Arms in the data that the study does not name.
SELECT
    $label AS label,
    count(*) AS rows
FROM fact
WHERE $counts
GROUP BY $label
