-- One row a subscription: when it starts and ends (NULL: it goes on), money a month (0 where blank), and what becomes of it.
-- _outcome: 0 counted, 1 starts too late to count, 2 ends before it starts, 3 costs less than nothing.
SELECT
    _unit,
    _at,
    CASE WHEN _until < $as_of THEN _until END AS _ends,
    coalesce(_amount, 0) AS _mrr,
    CASE WHEN _amount IS NULL THEN 1 ELSE 0 END AS _blank,
    CASE WHEN _at >= $as_of THEN 1 WHEN _until < _at THEN 2 WHEN _amount < 0 THEN 3 ELSE 0 END AS _outcome,
    $passed
FROM (
    SELECT
        fact._unit,
        fact._at,
        $ends AS _until,
        $amount AS _amount,
        $passed
    FROM fact
    WHERE $counts
) AS rows
