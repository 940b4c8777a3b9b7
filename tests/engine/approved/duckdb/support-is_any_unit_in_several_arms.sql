SELECT
  COALESCE(MAX(contaminated), 0)
FROM seen_support;
