-- Rows that no rule could concern, and of the others those that continue no earlier row of their unit.
SELECT
    $columns
FROM kept
UNION ALL
SELECT
    $columns
FROM marked
WHERE NOT _several
