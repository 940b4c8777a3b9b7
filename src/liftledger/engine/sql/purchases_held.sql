-- Each distinct history of purchases before the split once, in steps since the first one, how many customers have it, and
-- how many purchases they made from the split on.
SELECT
    repeats,
    last,
    observed,
    count(*) AS customers,
    CAST(sum(held) AS BIGINT) AS held
FROM (
    SELECT
        unit,
        count(CASE WHEN step < $split THEN 1 END) - 1 AS repeats,
        max(CASE WHEN step < $split THEN step END) - min(step) AS last,
        $split - 1 - min(step) AS observed,
        count(CASE WHEN step >= $split THEN 1 END) AS held
    FROM (
        SELECT
            bought.unit,
            $step AS step
        FROM bought
    ) AS stepped
    GROUP BY unit
    HAVING min(step) < $split
) AS split
GROUP BY repeats, last, observed
