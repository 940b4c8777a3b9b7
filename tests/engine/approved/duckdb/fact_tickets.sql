CREATE OR REPLACE TEMPORARY VIEW fact_tickets AS
/* Rows that no rule could concern, and of the others those that continue no earlier row of their unit. */
SELECT
  _unit,
  _at,
  "category",
  "channel"
FROM kept_tickets AS kept
UNION ALL
SELECT
  _unit,
  _at,
  "category",
  "channel"
FROM marked_tickets AS marked
WHERE
  NOT _several;
