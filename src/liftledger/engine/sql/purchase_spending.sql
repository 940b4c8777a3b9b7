-- Each distinct number and worth of repeat purchases once, and how many customers have it.
SELECT
    $keys,
    purchases - 1 AS repeats,
    revenue - initial AS total,
    count(*) AS customers
FROM purchasers
WHERE purchases > 1
GROUP BY $keys, purchases, revenue - initial
