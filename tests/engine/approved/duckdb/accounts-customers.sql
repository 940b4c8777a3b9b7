/* Customers, and those with a subscription that goes on. */
SELECT
  COUNT(*) AS customers,
  COUNT(CASE WHEN _left IS NULL THEN 1 END) AS subscribed
FROM customers_accounts AS customers;
