/* Customers by group, whether they left (1) or go on (0), and month since their clock started: who left in the month t, in */
/* (t - 1, t], counts at t; of others, and of those who left in a month that was not yet whole, the whole months until now. */
SELECT
  _study,
  _arm,
  _by__plan,
  _by_country,
  _by_started,
  _gone,
  _step,
  COUNT(*) AS units
FROM (
  SELECT
    *,
    CASE WHEN _taken <= _seen THEN 1 ELSE 0 END AS _gone,
    CASE WHEN _taken <= _seen THEN _taken ELSE _seen END AS _step
  FROM (
    SELECT
      *,
      CASE
        WHEN _last = _first
        THEN 1
        ELSE (
          _last - _first + 2678400000000 - 1
        ) // 2678400000000
      END AS _taken,
      (
        65123827200000000 - _first
      ) // 2678400000000 AS _seen
    FROM (
      /* All customers, as if in one study. */
      SELECT
        0 AS _study,
        *
      FROM customers_accounts
    ) AS clocks
  ) AS timed
) AS stepped
GROUP BY
  GROUPING SETS (
    (_study, _arm, _gone, _step),
    (_study, _arm, _by__plan, _gone, _step),
    (_study, _arm, _by_country, _gone, _step),
    (_study, _arm, _by_started, _gone, _step)
  );
