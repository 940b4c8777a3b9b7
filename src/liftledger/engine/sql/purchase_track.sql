-- By step: first purchases, and all purchases, of customers whose first one was before the split.
SELECT
    step,
    count(CASE WHEN step = first THEN 1 END) AS firsts,
    count(*) AS purchases
FROM (
    SELECT
        $step AS step,
        purchasers.first
    FROM bought
    JOIN purchasers ON purchasers.unit = bought.unit
    WHERE purchasers.first < $split
) AS stepped
GROUP BY step
