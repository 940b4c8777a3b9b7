/* By group: customers who paid more than nothing just before an instant (_low), and sums of what they paid a month then */
/* (_before), just before a later one (_high; _after), the smaller of both (_same), and of their products. */
SELECT
  _study,
  _arm,
  _by__plan,
  _by_country,
  _by_started,
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
      _by__plan,
      _by_country,
      _by_started,
      CAST(SUM(CASE WHEN movements._at < instants._low THEN movements._mrr ELSE 0 END) AS DECIMAL(38, 0)) AS _before,
      CAST(SUM(movements._mrr) AS DECIMAL(38, 0)) AS _after
    FROM (
      /* All customers, as if in one study. */
      SELECT
        0 AS _study,
        *,
        1740787200000000 /* 2025-03-01T00:00:00Z */ AS _low,
        1772323200000000 /* 2026-03-01T00:00:00Z */ AS _high
      FROM customers_accounts
    ) AS instants
    JOIN movements_accounts AS movements
      ON movements._unit = instants._unit
    WHERE
      movements._at < instants._high
    GROUP BY
      instants._study,
      instants._unit,
      instants._arm,
      instants._by__plan,
      instants._by_country,
      instants._by_started
  ) AS paid
  WHERE
    _before > 0
) AS compared
GROUP BY
  GROUPING SETS (
    (_study, _arm),
    (_study, _arm, _by__plan),
    (_study, _arm, _by_country),
    (_study, _arm, _by_started)
  );
