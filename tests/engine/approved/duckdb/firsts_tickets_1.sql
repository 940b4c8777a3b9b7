CREATE OR REPLACE TEMPORARY TABLE firsts_tickets_1 AS
/* One row a unit with a row that fits and passes the condition: when it was first. */
SELECT
  fact._unit AS _first_unit,
  MIN(fact._at) AS _first_at
FROM read_tickets AS fact
WHERE
  fact._fits AND fact."category" = 'gone'
GROUP BY
  fact._unit;
