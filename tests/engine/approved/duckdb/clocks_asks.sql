CREATE OR REPLACE TEMPORARY TABLE clocks_asks AS
/* One row a unit of a study: when its clock starts, at its onset or with the study if that is later; NULL without onset. */
SELECT
  cohort._study,
  cohort._unit,
  cohort._arm,
  cohort._start,
  cohort._by_score,
  cohort._by_started,
  CASE
    WHEN onsets."at" > cohort._start
    THEN onsets."at"
    WHEN onsets."at" <= cohort._start
    THEN cohort._start
  END AS _clock
FROM (
  SELECT
    0 AS _study,
    _unit,
    _arm,
    _start,
    _by_score,
    _by_started
  FROM cohort_support
) AS cohort
LEFT JOIN (
  /* One row a unit with a row that starts its clock: when it was first. */
  SELECT
    fact._unit,
    MIN(fact._at) AS "at"
  FROM fact_models AS fact
  WHERE
    fact."score" > 0 AND fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
  GROUP BY
    fact._unit
) AS onsets
  ON onsets._unit = cohort._unit;
