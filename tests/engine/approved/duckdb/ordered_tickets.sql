CREATE OR REPLACE TEMPORARY TABLE ordered_tickets AS
/* The rows once more: one that cannot come after another one of its unit does not fit. */
SELECT
  typed._unit,
  typed._at,
  typed."category",
  typed."channel",
  typed._fits
  AND NOT COALESCE((
    (
      typed."category" = 'bug'
    ) AND typed._at > _first_1._first_at
  ), FALSE) AS _fits
FROM read_tickets AS typed
LEFT JOIN firsts_tickets_1 AS _first_1
  ON _first_1._first_unit = typed._unit;
