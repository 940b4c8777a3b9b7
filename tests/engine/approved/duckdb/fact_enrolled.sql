CREATE OR REPLACE TEMPORARY TABLE fact_enrolled AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT _unit IS NULL AND NOT _at IS NULL AND NOT "arm" IS NULL AS _fits
FROM (
  SELECT
    NULLIF("user_id", '') AS _unit,
    COALESCE(
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?'
          )
          THEN TRY_CAST("_written_at" AS TIMESTAMP)
        END
      ),
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN TRY_CAST("_written_at" AS TIMESTAMPTZ)
        END
      )
    ) AS _at,
    NULLIF("arm", '') AS "arm"
  FROM (
    SELECT
      *,
      TRIM("at") AS _written_at
    FROM (
      SELECT
        "user_id",
        "at",
        "arm"
      FROM READ_CSV(
        ['./enrolled.csv'],
        "columns" = {'user_id': 'VARCHAR', 'at': 'VARCHAR', 'arm': 'VARCHAR'},
        auto_detect = FALSE,
        header = TRUE,
        delim = ',',
        quote = '"',
        escape = '"',
        compression = 'none'
      )
    ) AS source
  ) AS raw
) AS typed;
