-- Each distinct history of purchases and worth of the repeat ones once, and how many customers have both.
SELECT
    $keys,
    purchases - 1 AS repeats,
    last - first AS last,
    $end - first AS observed,
    revenue - initial AS total,
    count(*) AS customers
FROM purchasers
GROUP BY $keys, purchases, last - first, first, revenue - initial
