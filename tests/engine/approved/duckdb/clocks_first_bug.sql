CREATE OR REPLACE TEMPORARY TABLE clocks_first_bug AS
SELECT
  *,
  _start AS _clock
FROM (
  SELECT
    0 AS _study,
    _unit,
    _arm,
    _start,
    _by_score,
    _by_started
  FROM cohort_support
) AS cohort;
