-- Customers, and those with a subscription that goes on.
SELECT
    count(*) AS customers,
    count(CASE WHEN _left IS NULL THEN 1 END) AS subscribed
FROM customers
