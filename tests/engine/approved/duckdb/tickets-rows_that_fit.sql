/* Rows supplied, and those of them that do not fit the definition. */
SELECT
  COUNT(*) AS rows,
  COALESCE(SUM(CASE WHEN _fits THEN 0 ELSE 1 END), 0) AS unfit
FROM ordered_tickets AS fact;
