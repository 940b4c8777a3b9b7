CREATE OR REPLACE TEMPORARY TABLE whole_tickets AS
/* The rows that fit. */
SELECT
  *
FROM ordered_tickets
WHERE
  _fits;
