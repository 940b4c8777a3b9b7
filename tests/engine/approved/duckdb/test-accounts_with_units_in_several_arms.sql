SELECT
  COALESCE(SUM(contaminated), 0) AS "units"
FROM parents_test_account;
