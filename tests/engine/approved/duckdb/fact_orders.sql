CREATE OR REPLACE TEMPORARY TABLE fact_orders AS
/* One row a row of the source: its values as numbers, times and text, and whether all of them fit. */
SELECT
  *,
  NOT _unit IS NULL
  AND NOT _at IS NULL
  AND NOT "amount" IS NULL
  AND NOT "status" IS NULL AS _fits
FROM (
  SELECT
    NULLIF("user_id", '') AS _unit,
    COALESCE(
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            TRIM("at"),
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?'
          )
          THEN TRY_CAST(TRIM("at") AS TIMESTAMP)
        END
      ),
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            TRIM("at"),
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN TRY_CAST(TRIM("at") AS TIMESTAMPTZ)
        END
      )
    ) AS _at,
    CASE
      WHEN REGEXP_FULL_MATCH(TRIM("amount"), '[+-]?([0-9]{1,14}(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)')
      THEN CAST(TRY_CAST(TRIM("amount") AS DECIMAL(18, 2)) * 100 AS BIGINT)
    END AS "amount",
    NULLIF("status", '') AS "status"
  FROM (
    SELECT
      "user_id",
      "at",
      "amount",
      "status"
    FROM READ_CSV(
      ['./orders.csv'],
      "columns" = {'user_id': 'VARCHAR', 'at': 'VARCHAR', 'amount': 'VARCHAR', 'status': 'VARCHAR'},
      auto_detect = FALSE,
      header = TRUE,
      delim = ',',
      quote = '"',
      escape = '"',
      compression = 'none'
    )
  ) AS raw
) AS typed;
