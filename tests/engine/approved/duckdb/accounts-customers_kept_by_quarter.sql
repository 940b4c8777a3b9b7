/* By period: customers who had a subscription at its start and none at its end, and those who had none and one. */
SELECT
  _period,
  SUM(CASE WHEN _running_before > 0 AND _running = 0 THEN 1 ELSE 0 END) AS lost,
  SUM(CASE WHEN _running_before = 0 AND _running > 0 THEN 1 ELSE 0 END) AS gained
FROM (
  /* One row a customer and period with a movement: running subscriptions and money a month before it and at its end, and at */
  /* the ends of how many of these periods, up to this one, they paid more than nothing (_paid). */
  /* _period: whole periods of the even calendar, so many months each. */
  SELECT
    _unit,
    _period,
    _running - _more AS _running_before,
    _running,
    _mrr - _grown AS _mrr_before,
    _mrr,
    SUM(CASE WHEN _mrr > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY _unit ORDER BY _period) AS _paid
  FROM (
    SELECT
      _unit,
      _period,
      _more,
      _grown,
      CAST(SUM(_more) OVER (PARTITION BY _unit ORDER BY _period) AS BIGINT) AS _running,
      CAST(SUM(_grown) OVER (PARTITION BY _unit ORDER BY _period) AS BIGINT) AS _mrr
    FROM (
      SELECT
        _unit,
        _period,
        CAST(SUM(_running) AS BIGINT) AS _more,
        CAST(SUM(_mrr) AS BIGINT) AS _grown
      FROM (
        SELECT
          _unit,
          _even // 8035200000000 AS _period,
          _running,
          _mrr
        FROM movements_accounts AS movements
        WHERE
          _at < 1767225600000000 /* 2026-01-01T00:00:00Z */
      ) AS moved
      GROUP BY
        _unit,
        _period
    ) AS summed
  ) AS reached
) AS changes
GROUP BY
  _period;
