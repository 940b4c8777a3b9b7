/* Parents with units in several arms. */
SELECT
  COALESCE(SUM(contaminated), 0) AS "units"
FROM parents_support__account;
