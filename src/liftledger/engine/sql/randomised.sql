-- Assigned units by arm and by period of constant planned shares.
SELECT
    arm,
    period,
    count(*) AS units,
    min(start) AS first,
    max(start) AS last
FROM (
    SELECT
        arm,
        $period AS period,
        start
    FROM assigned
) AS dated
GROUP BY arm, period
