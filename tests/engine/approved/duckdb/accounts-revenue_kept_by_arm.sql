/* By group: customers who paid more than nothing just before an instant (_low), and sums of what they paid a month then */
/* (_before), just before a later one (_high; _after), the smaller of both (_same), and of their products. */
SELECT
  _study,
  _arm,
  COUNT(*) AS accounts,
  SUM(_before) AS start,
  SUM(_after) AS ending,
  SUM(_same) AS kept,
  SUM(_before * _before) AS start_start,
  SUM(_after * _after) AS ending_ending,
  SUM(_same * _same) AS kept_kept,
  SUM(_before * _after) AS start_ending,
  SUM(_before * _same) AS start_kept
FROM (
  SELECT
    *,
    CASE WHEN _after < _before THEN _after ELSE _before END AS _same
  FROM (
    SELECT
      instants._study,
      instants._unit,
      instants._arm,
      CAST(SUM(CASE WHEN movements._at < instants._low THEN movements._mrr ELSE 0 END) AS DECIMAL(38, 0)) AS _before,
      CAST(SUM(movements._mrr) AS DECIMAL(38, 0)) AS _after
    FROM (
      /* Units that were observed for the whole window. */
      SELECT
        *,
        _at AS _low,
        _at + 7776000000000 /* 90d */ AS _high
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
      ) AS units
      WHERE
        _at <= 1765756800000000 /* 2025-12-15T00:00:00Z */
    ) AS instants
    JOIN movements_accounts AS movements
      ON movements._unit = instants._unit
    WHERE
      movements._at < instants._high
    GROUP BY
      instants._study,
      instants._unit,
      instants._arm
  ) AS paid
  WHERE
    _before > 0
) AS compared
GROUP BY
  _study,
  _arm;
