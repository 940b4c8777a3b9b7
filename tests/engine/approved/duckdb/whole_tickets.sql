CREATE OR REPLACE TEMPORARY TABLE whole_tickets AS
SELECT
  *
FROM ordered_tickets
WHERE
  _fits;
