SELECT
  COUNT(DISTINCT _unit)
FROM cohort_test
WHERE
  NOT _unit IN (
    SELECT
      _unit
    FROM fact_users
    WHERE
      NOT "account" IS NULL
  );
