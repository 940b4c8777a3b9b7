-- One row a customer and period with a movement: running subscriptions and money a month before it and at its end, and at
-- the ends of how many of these periods, up to this one, they paid more than nothing (_paid).
-- _period: whole periods of the even calendar, so many months each.
SELECT
    _unit,
    _period,
    _running - _more AS _running_before,
    _running,
    _mrr - _grown AS _mrr_before,
    _mrr,
    sum(CASE WHEN _mrr > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY _unit ORDER BY _period) AS _paid
FROM (
    SELECT
        _unit,
        _period,
        _more,
        _grown,
        cast(sum(_more) OVER (PARTITION BY _unit ORDER BY _period) AS BIGINT) AS _running,
        cast(sum(_grown) OVER (PARTITION BY _unit ORDER BY _period) AS BIGINT) AS _mrr
    FROM (
        SELECT
            _unit,
            _period,
            cast(sum(_running) AS BIGINT) AS _more,
            cast(sum(_mrr) AS BIGINT) AS _grown
        FROM (
            SELECT
                _unit,
                _even // $period AS _period,
                _running,
                _mrr
            FROM movements
            WHERE _at < $before
        ) AS moved
        GROUP BY _unit, _period
    ) AS summed
) AS reached
