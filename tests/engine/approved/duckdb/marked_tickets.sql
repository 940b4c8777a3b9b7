CREATE OR REPLACE TEMPORARY TABLE marked_tickets AS
/* Rows, marked where a rule could find several of a unit that go together. */
SELECT
  fact.*,
  (
    NOT several_1._unit IS NULL OR NOT several_2._unit IS NULL
  ) AS _several
FROM whole_tickets AS fact
LEFT JOIN (
  /* Units with values that several of their rows have in common, and that differ where they should. */
  SELECT
    _unit,
    "category"
  FROM whole_tickets AS fact
  GROUP BY
    _unit,
    "category"
  HAVING
    COUNT(*) > 1 AND MIN("channel") <> MAX("channel")
) AS several_1
  ON several_1._unit = fact._unit AND several_1."category" = fact."category"
LEFT JOIN (
  /* Units with values that several of their rows have in common, and that differ where they should. */
  SELECT
    _unit,
    "channel"
  FROM whole_tickets AS fact
  GROUP BY
    _unit,
    "channel"
  HAVING
    COUNT(*) > 1
) AS several_2
  ON several_2._unit = fact._unit AND several_2."channel" = fact."channel";
