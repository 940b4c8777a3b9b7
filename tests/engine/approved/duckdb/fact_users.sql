CREATE OR REPLACE TEMPORARY TABLE fact_users AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT _unit IS NULL AND NOT "account" IS NULL AND NOT "country" IS NULL AS _fits
FROM (
  SELECT
    NULLIF("user_id", '') AS _unit,
    NULLIF("account", '') AS "account",
    NULLIF("country", '') AS "country"
  FROM (
    SELECT
      "user_id",
      "account",
      "country"
    FROM READ_CSV(
      ['./users.csv'],
      "columns" = {'user_id': 'VARCHAR', 'account': 'VARCHAR', 'country': 'VARCHAR'},
      auto_detect = FALSE,
      header = TRUE,
      delim = ',',
      quote = '"',
      escape = '"',
      compression = 'none'
    )
  ) AS raw
) AS typed;
