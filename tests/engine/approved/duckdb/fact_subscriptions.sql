CREATE OR REPLACE TEMPORARY TABLE fact_subscriptions AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
/* Money and decimals are whole numbers of their smallest unit, such as cents. */
SELECT
  *,
  NOT _unit IS NULL
  AND NOT _at IS NULL
  AND _fits_ended
  AND _fits_mrr
  AND _fits_plan
  AND _fits_trial AS _fits
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
    COALESCE(
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            "_written_ended",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?'
          )
          THEN TRY_CAST("_written_ended" AS TIMESTAMP)
        END
      ),
      EPOCH_US(
        CASE
          WHEN REGEXP_FULL_MATCH(
            "_written_ended",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN TRY_CAST("_written_ended" AS TIMESTAMPTZ)
        END
      )
    ) AS "ended",
    CASE
      WHEN REGEXP_FULL_MATCH(TRIM("mrr"), '[+-]?([0-9]{1,14}(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)')
      THEN CAST(TRY_CAST(TRIM("mrr") AS DECIMAL(18, 2)) * 100 AS BIGINT)
    END AS "mrr",
    NULLIF("plan", '') AS "plan",
    NULLIF("trial", '') AS "trial",
    (
      NOT (
        COALESCE(
          EPOCH_US(
            CASE
              WHEN REGEXP_FULL_MATCH(
                "_written_ended",
                '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?'
              )
              THEN TRY_CAST("_written_ended" AS TIMESTAMP)
            END
          ),
          EPOCH_US(
            CASE
              WHEN REGEXP_FULL_MATCH(
                "_written_ended",
                '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
              )
              THEN TRY_CAST("_written_ended" AS TIMESTAMPTZ)
            END
          )
        )
      ) IS NULL
      OR (
        "ended" IS NULL OR TRIM("ended") = ''
      )
    ) AS _fits_ended,
    (
      NOT (
        CASE
          WHEN REGEXP_FULL_MATCH(TRIM("mrr"), '[+-]?([0-9]{1,14}(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)')
          THEN CAST(TRY_CAST(TRIM("mrr") AS DECIMAL(18, 2)) * 100 AS BIGINT)
        END
      ) IS NULL
      OR (
        "mrr" IS NULL OR TRIM("mrr") = ''
      )
    ) AS _fits_mrr,
    (
      NOT (
        NULLIF("plan", '')
      ) IS NULL OR (
        "plan" IS NULL OR TRIM("plan") = ''
      )
    ) AS _fits_plan,
    (
      NOT (
        NULLIF("trial", '')
      ) IS NULL
      OR (
        "trial" IS NULL OR TRIM("trial") = ''
      )
    ) AS _fits_trial
  FROM (
    SELECT
      *,
      TRIM("at") AS _written_at,
      TRIM("ended") AS _written_ended
    FROM (
      SELECT
        "user_id",
        "at",
        "ended",
        "mrr",
        "plan",
        "trial"
      FROM READ_CSV(
        ['./subscriptions.csv'],
        "columns" = {'user_id': 'VARCHAR', 'at': 'VARCHAR', 'ended': 'VARCHAR', 'mrr': 'VARCHAR', 'plan': 'VARCHAR', 'trial': 'VARCHAR'},
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
