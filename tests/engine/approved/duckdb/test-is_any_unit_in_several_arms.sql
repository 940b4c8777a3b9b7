SELECT
  COALESCE(MAX(contaminated), 0) AS "any_unit"
FROM seen_test;
