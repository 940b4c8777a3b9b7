-- Customers, and exact sums of products of their measures.
SELECT
    $keys,
    count(*) AS customers,
    $sums
FROM (
    SELECT
        $keys,
        $measures
    FROM purchasers
) AS measured
GROUP BY $keys
HAVING count(*) > 0
