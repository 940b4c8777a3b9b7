/* Units of which no account is known. */
SELECT
  COUNT(DISTINCT _unit) AS "units"
FROM cohort_test
WHERE
  NOT _unit IN (
    SELECT
      _unit
    FROM fact_users
    WHERE
      NOT "account" IS NULL
  );
