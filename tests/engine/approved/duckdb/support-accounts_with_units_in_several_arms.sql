SELECT
  COALESCE(SUM(contaminated), 0)
FROM parents_support_account;
