/* Units by study, arm and segment: all, their first and last start, those observed for long enough (_mature_n), and sums */
/* of the seconds that they were observed. */
SELECT
  _study,
  _arm,
  COUNT(*) AS units,
  MIN(_start) AS first,
  MAX(_start) AS last
FROM (
  SELECT
    0 AS _study,
    _unit,
    _arm,
    _start
  FROM above_test__account
) AS cohort
GROUP BY
  _study,
  _arm;
