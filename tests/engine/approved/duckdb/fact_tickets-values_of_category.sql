/* Each text of a column once, '' for none. */
SELECT DISTINCT
  COALESCE("category", '') AS text
FROM fact_tickets AS fact;
