-- Customers by the month of their first start.
SELECT
    _first // $month AS _cohort,
    count(*) AS customers
FROM customers
GROUP BY _first // $month
