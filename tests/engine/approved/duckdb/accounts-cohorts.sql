/* Customers by the month of their first start. */
SELECT
  _first // 2678400000000 AS _cohort,
  COUNT(*) AS customers
FROM customers_accounts AS customers
GROUP BY
  _first // 2678400000000;
