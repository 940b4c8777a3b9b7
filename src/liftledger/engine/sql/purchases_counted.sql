-- Purchases, customers, and when the first of all purchases was.
SELECT
    coalesce(sum(purchases), 0) AS purchases,
    count(*) AS customers,
    min(start) AS start
FROM purchasers
