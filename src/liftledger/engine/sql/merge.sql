-- Rows that continue no earlier row of their unit. A unit's rows have turns: by time and, at one instant, by content.
SELECT
    $columns
FROM (
    SELECT
        *,
        $earlier
    FROM (
        SELECT
            *,
            $turn AS _turn
        FROM marked
        WHERE _several
    ) AS turned
) AS counted
WHERE $counts
UNION ALL
SELECT
    $columns
FROM marked
WHERE NOT _several
