-- Subscriptions that start while another of the same customer runs; of several that start at one instant, all but one.
SELECT
    count(*) AS rows
FROM (
    SELECT
        _at,
        _goes_on,
        max(_goes_on) OVER (PARTITION BY _unit ORDER BY _at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _busy
    FROM (
        SELECT
            _unit,
            _at,
            coalesce(_ends, $as_of) AS _goes_on
        FROM subscriptions
        WHERE _outcome = 0
    ) AS counted
    WHERE _goes_on > _at
) AS running
WHERE _busy > _at
