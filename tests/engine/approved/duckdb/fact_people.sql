CREATE OR REPLACE TEMPORARY TABLE fact_people AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT _unit IS NULL AND _fits_country AS _fits
FROM (
  SELECT
    NULLIF("user_id", '') AS _unit,
    NULLIF("country", '') AS "country",
    (
      NOT (
        NULLIF("country", '')
      ) IS NULL
      OR (
        "country" IS NULL OR TRIM("country") = ''
      )
    ) AS _fits_country
  FROM (
    SELECT
      "user_id",
      "country"
    FROM READ_CSV(
      ['./people.csv'],
      "columns" = {'user_id': 'VARCHAR', 'country': 'VARCHAR'},
      auto_detect = FALSE,
      header = TRUE,
      delim = ',',
      quote = '"',
      escape = '"',
      compression = 'none'
    )
  ) AS raw
) AS typed;
