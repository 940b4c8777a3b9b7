/* Subscriptions that start while another of the same customer runs; of several that start at one instant, all but one. */
/* Those that end at the instant they start never run. */
SELECT
  COALESCE(
    SUM(
      CASE WHEN _starts = 0 THEN 0 WHEN _running > _starts THEN _starts ELSE _starts - 1 END
    ),
    0
  ) AS rows
FROM (
  SELECT
    _starts,
    SUM(_more) OVER (PARTITION BY _unit ORDER BY _at) AS _running
  FROM (
    SELECT
      _unit,
      _at,
      SUM(_starts) AS _starts,
      SUM(_more) AS _more
    FROM (
      SELECT
        _unit,
        _at,
        1 AS _starts,
        1 AS _more
      FROM subscriptions_accounts AS subscriptions
      WHERE
        _outcome = 0 AND (
          _ends IS NULL OR _ends > _at
        )
      UNION ALL
      SELECT
        _unit,
        _ends AS _at,
        0 AS _starts,
        -1 AS _more
      FROM subscriptions_accounts AS subscriptions
      WHERE
        _outcome = 0 AND _ends > _at
    ) AS moved
    GROUP BY
      _unit,
      _at
  ) AS summed
) AS reached;
