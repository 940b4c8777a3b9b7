-- One row a customer: when the first purchase was, its step and that of the last, how many there were, what all and the
-- first were worth.
SELECT
    unit,
    min(at) AS start,
    $first AS first,
    $last AS last,
    count(*) AS purchases,
    CAST(sum(amount) AS BIGINT) AS revenue,
    arg_min(amount, at) AS initial,
    $arm
FROM bought
GROUP BY unit
