-- Customers who are subscribed, by group and whole months since their clock started: what they pay a month, and squares.
SELECT
    _study,
    _arm,
    $dimensions,
    _step,
    count(*) AS customers,
    sum(_mrr) AS mrr,
    sum(_mrr * _mrr) AS squares
FROM (
    SELECT
        clocks.*,
        paid._mrr,
        ($as_of - clocks._first) // $month AS _step
    FROM clocks
    JOIN (
        SELECT
            _unit,
            CAST(sum(_mrr) AS DECIMAL(38, 0)) AS _mrr
        FROM movements
        GROUP BY _unit
    ) AS paid ON paid._unit = clocks._unit
    WHERE clocks._last IS NULL
) AS held
GROUP BY $sets
