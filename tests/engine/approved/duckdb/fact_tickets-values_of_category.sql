/* Each text of a column once, the empty one for none. */
SELECT DISTINCT
  COALESCE("category", '') AS text
FROM fact_tickets AS fact;
