CREATE OR REPLACE TEMPORARY TABLE fact_members AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT _unit IS NULL AND _fits_account AS _fits
FROM (
  SELECT
    NULLIF("user_id", '') AS _unit,
    NULLIF("account", '') AS "account",
    (
      NOT (
        NULLIF("account", '')
      ) IS NULL
      OR (
        "account" IS NULL OR TRIM("account") = ''
      )
    ) AS _fits_account
  FROM (
    SELECT
      "user_id",
      "account"
    FROM READ_CSV(
      ['./members.csv'],
      "columns" = {'user_id': 'VARCHAR', 'account': 'VARCHAR'},
      auto_detect = FALSE,
      header = TRUE,
      delim = ',',
      quote = '"',
      escape = '"',
      compression = 'none'
    )
  ) AS raw
) AS typed;
