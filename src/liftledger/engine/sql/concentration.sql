-- What the highest shares of customers by revenue hold: the revenue at which each share is reached (threshold), how many
-- have at least that (reached), and customers, revenue and squared revenue of those who have more.
SELECT
    $keys,
    $tops
FROM (
    SELECT
        $keys,
        revenue,
        $whole AS whole,
        $reached AS reached,
        $total AS total,
        $squares AS squares
    FROM (
        SELECT
            $keys,
            revenue,
            count(*) AS customers,
            sum($revenue) AS total,
            sum($revenue * $revenue) AS squares
        FROM purchasers
        GROUP BY $keys, revenue
    ) AS counted
) AS ranked
GROUP BY $keys
HAVING count(*) > 0
