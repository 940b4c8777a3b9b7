/* Units by study, arm and segment: all, their first and last start, those observed for long enough (_mature_n), and sums */
/* of the seconds that they were observed. */
SELECT
  _study,
  _arm,
  _by_account,
  _by_country,
  COUNT(*) AS units,
  MIN(_start) AS first,
  MAX(_start) AS last,
  COUNT(CASE WHEN _start <= 1771113600000000 /* 2026-02-15T00:00:00Z */ THEN 1 END) AS _mature_1,
  SUM("orders_per") AS "orders_per",
  SUM("orders_per" * "orders_per") AS "orders_per x orders_per",
  SUM("orders_per" * "orders_per" * "orders_per") AS "orders_per x orders_per x orders_per"
FROM (
  SELECT
    *,
    CAST(CASE
      WHEN _start < 1772323200000000 /* 2026-03-01T00:00:00Z */
      THEN (
        1772323200000000 /* 2026-03-01T00:00:00Z */ - _start
      ) // 1000000
      ELSE 0
    END AS DECIMAL(38, 0)) AS "orders_per"
  FROM (
    SELECT
      0 AS _study,
      _unit,
      _arm,
      _start,
      _by_account,
      _by_country
    FROM cohort_test
  ) AS cohort
) AS cohort
GROUP BY
  GROUPING SETS (
    (_study, _arm),
    (_study, _arm, _by_account),
    (_study, _arm, _by_country)
  );
