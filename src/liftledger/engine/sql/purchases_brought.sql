-- By arm, of units with rows: what all their steps add up to, returns too, with its powers.
SELECT
    _arm,
    $sums
FROM (
    SELECT
        unit,
        min(_arm) AS _arm,
        CAST(sum(amount) AS DECIMAL(38, 0)) AS revenue
    FROM steps
    GROUP BY unit
) AS brought
GROUP BY _arm
