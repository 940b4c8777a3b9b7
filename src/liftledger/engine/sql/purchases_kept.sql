-- By period: customers who bought in the one before it, and those of them who bought in it.
SELECT
    earlier.period + 1 AS period,
    count(*) AS starting,
    count(later.unit) AS ending
FROM (
    SELECT DISTINCT
        unit,
        month // $length AS period
    FROM months
) AS earlier
LEFT JOIN (
    SELECT DISTINCT
        unit,
        month // $length AS period
    FROM months
) AS later ON later.unit = earlier.unit AND later.period = earlier.period + 1
GROUP BY earlier.period + 1
