/* Customers by group, whether they left (1) or go on (0), and month since their clock started: who left in the month t, in */
/* (t - 1, t], counts at t; of others, and of those who left in a month that was not yet whole, the whole months until now. */
SELECT
  _study,
  _arm,
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
      /* One row a unit of a study that had a subscription at its start or later: when it had the first such one, on the even */
      /* calendar, and when its last one ended (NULL where one goes on). */
      SELECT
        _study,
        _unit,
        _arm,
        CASE WHEN _running > 0 THEN _even ELSE _next END AS _first,
        _last
      FROM (
        SELECT
          cohort._study,
          cohort._unit,
          cohort._arm,
          cohort._even,
          customers._last,
          SUM(CASE WHEN movements._at < cohort._at THEN movements._running ELSE 0 END) AS _running,
          MIN(
            CASE
              WHEN movements._at >= cohort._at AND movements._running > 0
              THEN movements._even
            END
          ) AS _next
        FROM (
          /* Rows with their instant on the even calendar, where every month has 31 days: 31 days for each month of the years and of */
          /* the year before it, and what has passed of its month. Days are counted from 1 March of the year 0: leap days come last. */
          SELECT
            _study,
            _unit,
            _arm,
            _at,
            _at + 86400000000 * (
              31 * (
                12 * (
                  100 * _century + _year
                ) + (
                  5 * _yday + 2
                ) // 153 + 2
              ) + _yday - (
                153 * (
                  (
                    5 * _yday + 2
                  ) // 153
                ) + 2
              ) // 5 - _day + 719468
            ) AS _even
          FROM (
            SELECT
              *,
              _cday - (
                1461 * _year
              ) // 4 AS _yday
            FROM (
              SELECT
                *,
                (
                  4 * _cday + 3
                ) // 1461 AS _year
              FROM (
                SELECT
                  *,
                  _day - (
                    146097 * _century
                  ) // 4 AS _cday
                FROM (
                  SELECT
                    *,
                    (
                      4 * _day + 3
                    ) // 146097 AS _century
                  FROM (
                    SELECT
                      *,
                      (
                        _at + 62162035200000000
                      ) // 86400000000 AS _day
                    FROM (
                      SELECT
                        _study,
                        _unit,
                        _arm,
                        _start AS _at
                      FROM (
                        SELECT
                          0 AS _study,
                          _unit,
                          _arm,
                          _start
                        FROM cohort_offer
                      ) AS cohort
                    ) AS rows
                  ) AS days
                ) AS centuries
              ) AS within_centuries
            ) AS years
          ) AS within_years
        ) AS cohort
        JOIN customers_accounts AS customers
          ON customers._unit = cohort._unit
        JOIN movements_accounts AS movements
          ON movements._unit = cohort._unit
        GROUP BY
          cohort._study,
          cohort._unit,
          cohort._arm,
          cohort._even,
          customers._last
      ) AS begun
      WHERE
        _running > 0 OR NOT _next IS NULL
    ) AS clocks
  ) AS timed
) AS stepped
GROUP BY
  _study,
  _arm,
  _gone,
  _step;
