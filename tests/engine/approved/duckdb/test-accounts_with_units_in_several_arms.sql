SELECT
  COALESCE(SUM(contaminated), 0)
FROM parents_test_account;
