SELECT
  COALESCE(SUM(contaminated), 0) AS "units"
FROM parents_support_account;
