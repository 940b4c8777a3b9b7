-- One row a customer: purchases so far, and what a model expects of those with such a history. DuckDB writes it.
SELECT
    purchasers.unit AS unit,
    CAST('1970-01-01' AS DATE) + CAST(purchasers.first * $days AS INTEGER) AS first_purchase,
    CAST('1970-01-01' AS DATE) + CAST(purchasers.last * $days AS INTEGER) AS last_purchase,
    purchasers.purchases AS purchases,
    $revenue AS revenue,
    expected.alive AS alive,
    expected.purchases AS expected_purchases,
    $spend AS expected_spend,
    $margin * $spend * expected.discounted AS value
FROM purchasers
LEFT JOIN expected ON
    expected.repeats = purchasers.purchases - 1
    AND expected.last = purchasers.last - purchasers.first
    AND expected.observed = $end - purchasers.first
