SELECT
  COALESCE(SUM(contaminated), 0)
FROM cohort_test_account;
