-- Customers by group, whether they left (1) or go on (0), and month since their clock started: who left in the month t, in
-- (t - 1, t], counts at t; of others, and of those who left in a month that was not yet whole, the whole months until now.
SELECT
    _study,
    _arm,
    $dimensions,
    _gone,
    _step,
    count(*) AS units
FROM (
    SELECT
        *,
        CASE WHEN _taken <= _seen THEN 1 ELSE 0 END AS _gone,
        CASE WHEN _taken <= _seen THEN _taken ELSE _seen END AS _step
    FROM (
        SELECT
            *,
            CASE WHEN _last = _first THEN 1 ELSE (_last - _first + $month - 1) // $month END AS _taken,
            ($as_of - _first) // $month AS _seen
        FROM clocks
    ) AS timed
) AS stepped
GROUP BY $sets
