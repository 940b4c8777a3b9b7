CREATE OR REPLACE TEMPORARY TABLE fact_bills AS
/* One row a row of the source: its values as numbers, times and text, and whether all of them fit. */
SELECT
  *,
  NOT _unit IS NULL AND NOT _at IS NULL AND NOT "amount" IS NULL AS _fits
FROM (
  SELECT
    NULLIF("account", '') AS _unit,
    COALESCE(
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            TRIM("at"),
            '(000[1-9]|00[1-9]\d|0[1-9]\d{2}|[1-9]\d{3})(-\d{2}-\d{2}|-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)'
          )
          THEN TRY_CAST(TRIM("at") AS TIMESTAMP)
        END
      ),
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            TRIM("at"),
            '(000[1-9]|00[1-9]\d|0[1-9]\d{2}|[1-9]\d{3})-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z|(000[2-9]|00[1-9]\d|0[1-9]\d{2}|[1-8]\d{3}|9([0-8]\d{2}|9[0-8]\d|99[0-8]))-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?[+-](0\d|1[0-5])(:?[0-5]\d)?'
          )
          THEN TRY_CAST(TRIM("at") AS TIMESTAMPTZ)
        END
      )
    ) AS _at,
    CASE
      WHEN REGEXP_FULL_MATCH(TRIM("amount"), '[+-]?(\d{1,14}(\.\d{0,2}0*)?|\.\d{1,2}0*)')
      THEN CAST(TRY_CAST(TRIM("amount") AS DECIMAL(18, 2)) * 100 AS BIGINT)
    END AS "amount"
  FROM (
    SELECT
      "account",
      "at",
      "amount"
    FROM READ_CSV(
      ['./bills.csv'],
      "columns" = {'account': 'VARCHAR', 'at': 'VARCHAR', 'amount': 'VARCHAR'},
      auto_detect = FALSE,
      header = TRUE,
      delim = ',',
      quote = '"',
      escape = '"',
      compression = 'none'
    )
  ) AS raw
) AS typed;
