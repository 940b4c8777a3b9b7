CREATE OR REPLACE TEMPORARY TABLE kept_tickets AS
/* Of the rows that a rule could concern, those that continue no earlier row of their unit. The rows of a unit have turns: by */
/* time and, where several are tied at one instant, by content; texts by their MD5, for engines order text differently. */
/* _earlier_n: how many rows before its turn it continues by rule n. Those are the rows with the same values, less those */
/* that lie too far back, less those that do not differ where they should. */
SELECT
  _unit,
  _at,
  "category",
  "channel"
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY _unit, "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END
      ORDER BY _turn NULLS FIRST
    ) - 1 - COUNT(*) OVER (
      PARTITION BY _unit, "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END
      ORDER BY _at NULLS FIRST
      RANGE BETWEEN UNBOUNDED PRECEDING AND 604800000001 /* more than 7d */ PRECEDING
    ) - (
      ROW_NUMBER() OVER (
        PARTITION BY _unit, "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END, "channel"
        ORDER BY _turn NULLS FIRST
      ) - 1 - COUNT(*) OVER (
        PARTITION BY _unit, "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END, "channel"
        ORDER BY _at NULLS FIRST
        RANGE BETWEEN UNBOUNDED PRECEDING AND 604800000001 /* more than 7d */ PRECEDING
      )
    ) AS _earlier_1,
    ROW_NUMBER() OVER (PARTITION BY _unit, "channel" ORDER BY _turn NULLS FIRST) - 1 AS _earlier_2
  FROM (
    SELECT
      several.*,
      ROW_NUMBER() OVER (
        PARTITION BY _unit
        ORDER BY _at NULLS FIRST, CASE WHEN _tied THEN MD5("category") END NULLS FIRST, CASE WHEN _tied THEN MD5("channel") END NULLS FIRST
      ) AS _turn
    FROM (
      SELECT
        marked.*,
        NOT tied._unit IS NULL AS _tied
      FROM marked_tickets AS marked
      LEFT JOIN (
        SELECT
          _unit,
          _at
        FROM marked_tickets AS marked
        WHERE
          _several
        GROUP BY
          _unit,
          _at
        HAVING
          COUNT(*) > 1
      ) AS tied
        ON tied._unit = marked._unit AND tied._at = marked._at
      WHERE
        marked._several
    ) AS several
  ) AS turned
) AS counted
WHERE
  NOT (
    (
      NOT "channel" IS NULL AND _earlier_1 > 0
    )
    OR (
      NOT "channel" IS NULL AND _earlier_2 > 0
    )
  );
