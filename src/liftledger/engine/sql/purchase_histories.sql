-- Each distinct history of purchases once, in steps since the first one, how many customers have it, and their repeat revenue.
SELECT
    $keys,
    purchases - 1 AS repeats,
    last - first AS last,
    $end - first AS observed,
    count(*) AS customers,
    CAST(sum(revenue - initial) AS BIGINT) AS total
FROM purchasers
GROUP BY $keys, purchases, last - first, first
