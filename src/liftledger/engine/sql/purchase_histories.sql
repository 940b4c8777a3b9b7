-- Each distinct history of purchases once, in steps since the first one, and how many customers have it.
SELECT
    $keys,
    purchases - 1 AS repeats,
    last - first AS last,
    $end - first AS observed,
    count(*) AS customers
FROM purchasers
GROUP BY $keys, purchases, last - first, first
