ALTER SESSION SET TIMEZONE = 'UTC';
ALTER SESSION SET TIMESTAMP_INPUT_FORMAT = 'AUTO';

-- fact_seen
CREATE OR REPLACE TEMPORARY TABLE "fact_seen" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT "_unit" IS NULL
  AND NOT "_at" IS NULL
  AND NOT "arm" IS NULL
  AND NOT "page" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1') AS TIMESTAMPNTZ)
          END
        END
      ),
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMPTZ)
          END
        END
      )
    ) AS "_at",
    NULLIF("arm", '') AS "arm",
    NULLIF("page", '') AS "page"
  FROM (
    SELECT
      *,
      TRIM("at", '                　' /* every space of Unicode */) AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at",
        "arm",
        "page"
      FROM "seen"
    ) AS "source"
  ) AS "raw"
) AS "typed";

-- seen: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN("_at") AS "first",
  MAX("_at") AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM("_at"), 0) AS "sum_of_time"
FROM "fact_seen" AS "fact";

-- seen: text of arm
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "arm" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_seen" AS "fact"
  GROUP BY
    "arm"
) AS "counted";

-- seen: text of page
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "page" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_seen" AS "fact"
  GROUP BY
    "page"
) AS "counted";

-- fact_shown
CREATE OR REPLACE TEMPORARY TABLE "fact_shown" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT "_unit" IS NULL AND NOT "_at" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1') AS TIMESTAMPNTZ)
          END
        END
      ),
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMPTZ)
          END
        END
      )
    ) AS "_at"
  FROM (
    SELECT
      *,
      TRIM("at", '                　' /* every space of Unicode */) AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at"
      FROM "shown"
    ) AS "source"
  ) AS "raw"
) AS "typed";

-- shown: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN("_at") AS "first",
  MAX("_at") AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM("_at"), 0) AS "sum_of_time"
FROM "fact_shown" AS "fact";

-- fact_users
CREATE OR REPLACE TEMPORARY TABLE "fact_users" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT "_unit" IS NULL AND NOT "account" IS NULL AND NOT "country" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    NULLIF("account", '') AS "account",
    NULLIF("country", '') AS "country"
  FROM (
    SELECT
      "user_id",
      "account",
      "country"
    FROM "users"
  ) AS "raw"
) AS "typed";

-- users: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  NULL AS "first",
  NULL AS "last",
  COUNT(*) AS "ids",
  COUNT(DISTINCT "_unit") AS "units"
FROM "fact_users" AS "fact";

-- users: text of account
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "account" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_users" AS "fact"
  GROUP BY
    "account"
) AS "counted";

-- users: text of country
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "country" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_users" AS "fact"
  GROUP BY
    "country"
) AS "counted";

-- fact_orders
CREATE OR REPLACE TEMPORARY TABLE "fact_orders" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
/* Money and decimals are whole numbers of their smallest unit, such as cents. */
SELECT
  *,
  NOT "_unit" IS NULL
  AND NOT "_at" IS NULL
  AND NOT "amount" IS NULL
  AND NOT "status" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1') AS TIMESTAMPNTZ)
          END
        END
      ),
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMPTZ)
          END
        END
      )
    ) AS "_at",
    CASE
      WHEN REGEXP_LIKE(
        TRIM("amount", '                　' /* every space of Unicode */),
        '[+-]?([0-9]{1,14}(\\.[0-9]{0,2}0*)?|\\.[0-9]{1,2}0*)'
      )
      THEN CAST(TRY_CAST(TRIM("amount", '                　' /* every space of Unicode */) AS DECIMAL(18, 2)) * 100 AS BIGINT)
    END AS "amount",
    NULLIF("status", '') AS "status"
  FROM (
    SELECT
      *,
      TRIM("at", '                　' /* every space of Unicode */) AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at",
        "amount",
        "status"
      FROM "orders"
    ) AS "source"
  ) AS "raw"
) AS "typed";

-- orders: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN("_at") AS "first",
  MAX("_at") AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM("_at"), 0) AS "sum_of_time",
  COALESCE(SUM("amount"), 0) AS "sum_of_amount",
  COUNT(CASE WHEN "amount" < 0 THEN 1 END) AS "rows_with_negative_amount"
FROM "fact_orders" AS "fact";

-- orders: text of status
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "status" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_orders" AS "fact"
  GROUP BY
    "status"
) AS "counted";

-- fact_bills
CREATE OR REPLACE TEMPORARY TABLE "fact_bills" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
/* Money and decimals are whole numbers of their smallest unit, such as cents. */
SELECT
  *,
  NOT "_unit" IS NULL AND NOT "_at" IS NULL AND NOT "amount" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("account", '') AS "_unit",
    COALESCE(
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1') AS TIMESTAMPNTZ)
          END
        END
      ),
      DATE_PART(
        EPOCH_MICROSECOND,
        CASE
          WHEN REGEXP_LIKE(
            "_written_at",
            '(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'
          )
          THEN CASE
            WHEN NOT REGEXP_LIKE(
              "_written_at",
              '[0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*'
            ) /* not a day such as 30 February */
            THEN TRY_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE("_written_at", '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMPTZ)
          END
        END
      )
    ) AS "_at",
    CASE
      WHEN REGEXP_LIKE(
        TRIM("amount", '                　' /* every space of Unicode */),
        '[+-]?([0-9]{1,14}(\\.[0-9]{0,2}0*)?|\\.[0-9]{1,2}0*)'
      )
      THEN CAST(TRY_CAST(TRIM("amount", '                　' /* every space of Unicode */) AS DECIMAL(18, 2)) * 100 AS BIGINT)
    END AS "amount"
  FROM (
    SELECT
      *,
      TRIM("at", '                　' /* every space of Unicode */) AS "_written_at"
    FROM (
      SELECT
        "account",
        "at",
        "amount"
      FROM "bills"
    ) AS "source"
  ) AS "raw"
) AS "typed";

-- bills: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  MIN("_at") AS "first",
  MAX("_at") AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM("_at"), 0) AS "sum_of_time",
  COALESCE(SUM("amount"), 0) AS "sum_of_amount",
  COUNT(CASE WHEN "amount" < 0 THEN 1 END) AS "rows_with_negative_amount"
FROM "fact_bills" AS "fact";

-- seen: units that users does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("counted"."_unit"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_seen" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_users" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- shown: units that users does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("counted"."_unit"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_shown" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_users" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- users: text of unit
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "_unit" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_users" AS "fact"
  GROUP BY
    "_unit"
) AS "counted";

-- orders: units that users does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("counted"."_unit"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_orders" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_users" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- bills: text of unit
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(TO_NUMBER(SUBSTRING(MD5("text"), 1, 8), 'XXXXXXXX') * "rows"), 0) AS "total"
FROM (
  SELECT
    "_unit" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_bills" AS "fact"
  GROUP BY
    "_unit"
) AS "counted";

-- test: arms that it does not name
/* Arms in the data that the study does not name. */
SELECT
  "fact"."arm" AS "label",
  COUNT(*) AS "rows"
FROM "fact_seen" AS "fact"
WHERE
  "fact"."page" = 'home'
  AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND "fact"."_at" >= 1767225600000000 /* 2026-01-01T00:00:00Z */
  AND CASE WHEN "fact"."arm" = 'standard' THEN 0 WHEN "fact"."arm" = 'new "one"' THEN 1 END IS NULL
GROUP BY
  "fact"."arm";

-- seen_assigned_test
CREATE OR REPLACE TEMPORARY TABLE "seen_assigned_test" AS
/* One row a unit: when it was first assigned, to which arm, and whether it is contaminated, which means seen in several */
/* arms. Of those the arm is the lowest for now. */
SELECT
  "unit",
  MIN("at") AS "start",
  MIN("arm") AS "arm",
  CASE WHEN MIN("arm") = MAX("arm") THEN 0 ELSE 1 END AS "contaminated"
FROM (
  /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
  SELECT
    "fact"."_unit" AS "unit",
    "fact"."_at" AS "at",
    CASE WHEN "fact"."arm" = 'standard' THEN 0 WHEN "fact"."arm" = 'new "one"' THEN 1 END AS "arm"
  FROM "fact_seen" AS "fact"
  WHERE
    "fact"."page" = 'home'
    AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
    AND "fact"."_at" >= 1767225600000000 /* 2026-01-01T00:00:00Z */
) AS "assignments"
GROUP BY
  "unit";

-- test: is any unit in several arms
/* 1 where any unit was seen in several arms, else 0. */
SELECT
  COALESCE(MAX("contaminated"), 0) AS "any_unit"
FROM "seen_assigned_test";

-- assigned_test
CREATE OR REPLACE TEMPORARY TABLE "assigned_test" AS
/* Units seen in several arms keep their first; of two at the same instant, the control. */
SELECT
  "assigned"."unit" AS "unit",
  "assigned"."start" AS "start",
  COALESCE("firsts"."arm", "assigned"."arm") AS "arm",
  "assigned"."contaminated" AS "contaminated"
FROM "seen_assigned_test" AS "assigned"
LEFT JOIN (
  SELECT
    "crossing"."unit",
    MIN("assignments"."arm") AS "arm"
  FROM "seen_assigned_test" AS "crossing"
  JOIN (
    /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
    SELECT
      "fact"."_unit" AS "unit",
      "fact"."_at" AS "at",
      CASE WHEN "fact"."arm" = 'standard' THEN 0 WHEN "fact"."arm" = 'new "one"' THEN 1 END AS "arm"
    FROM "fact_seen" AS "fact"
    WHERE
      "fact"."page" = 'home'
      AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
      AND "fact"."_at" >= 1767225600000000 /* 2026-01-01T00:00:00Z */
  ) AS "assignments"
    ON "assignments"."unit" = "crossing"."unit"
    AND "assignments"."at" = "crossing"."start"
  WHERE
    "crossing"."contaminated" = 1
  GROUP BY
    "crossing"."unit"
) AS "firsts"
  ON "firsts"."unit" = "assigned"."unit";

-- test: units seen in several arms
/* For units seen in several arms: by first arm and UTC day (microseconds), when another arm was first seen. */
SELECT
  "_arm" AS "arm",
  "_other" - "_other" % 86400000000 AS "day",
  COUNT(*) AS "units"
FROM (
  /* One row a unit that was seen in several arms: its first arm, and when another was first seen. */
  SELECT
    "assigned"."unit" AS "_unit",
    MIN("assigned"."arm") AS "_arm",
    MIN("assignments"."at") AS "_other"
  FROM "assigned_test" AS "assigned"
  JOIN (
    /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
    SELECT
      "fact"."_unit" AS "unit",
      "fact"."_at" AS "at",
      CASE WHEN "fact"."arm" = 'standard' THEN 0 WHEN "fact"."arm" = 'new "one"' THEN 1 END AS "arm"
    FROM "fact_seen" AS "fact"
    WHERE
      "fact"."page" = 'home'
      AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
      AND "fact"."_at" >= 1767225600000000 /* 2026-01-01T00:00:00Z */
  ) AS "assignments"
    ON "assignments"."unit" = "assigned"."unit"
  WHERE
    "assigned"."contaminated" = 1 AND "assignments"."arm" <> "assigned"."arm"
  GROUP BY
    "assigned"."unit"
) AS "crossed"
GROUP BY
  "_arm",
  "_other" - "_other" % 86400000000;

-- test: assigned units
/* Assigned units by arm and by period of constant planned shares. */
SELECT
  "arm",
  "period",
  COUNT(*) AS "units",
  MIN("start") AS "first",
  MAX("start") AS "last"
FROM (
  SELECT
    "arm",
    CASE WHEN "start" >= 1767484800000000 /* 2026-01-04T00:00:00Z */ THEN 1 ELSE 0 END AS "period",
    "start"
  FROM "assigned_test" AS "assigned"
) AS "dated"
GROUP BY
  "arm",
  "period";

-- exposed_test
CREATE OR REPLACE TEMPORARY TABLE "exposed_test" AS
/* One row a unit that was exposed after its assignment: when it was first. */
SELECT
  "assigned"."unit" AS "unit",
  MIN("assigned"."arm") AS "arm",
  MIN("fact"."_at") AS "start"
FROM "assigned_test" AS "assigned"
JOIN "fact_shown" AS "fact"
  ON "fact"."_unit" = "assigned"."unit"
WHERE
  "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND "fact"."_at" >= "assigned"."start"
GROUP BY
  "assigned"."unit";

-- test: exposed units
/* Exposed units by arm. */
SELECT
  "arm",
  COUNT(*) AS "units"
FROM "exposed_test"
GROUP BY
  "arm";

-- cohort_test
CREATE OR REPLACE TEMPORARY TABLE "cohort_test" AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  "began"."unit" AS "_unit",
  "began"."arm" AS "_arm",
  "began"."start" AS "_start",
  COALESCE(CAST("fact_users"."account" AS VARCHAR), '') AS "_by_account",
  COALESCE(CAST("fact_users"."country" AS VARCHAR), '') AS "_by_country"
FROM "exposed_test" AS "began"
LEFT JOIN "fact_users"
  ON "fact_users"."_unit" = "began"."unit";

-- parents_test__account
CREATE OR REPLACE TEMPORARY TABLE "parents_test__account" AS
/* One row a parent (an account): the arm and start of its first unit, and whether its units are in several arms. */
/* Time and arm are packed into one integer (time * arms + arm), so that the smallest is the first assignment, of several */
/* at one instant the lowest arm; without the time, the arm is left. */
SELECT
  "link"."account" AS "unit",
  MIN("cohort"."_start" * 2 + "cohort"."_arm") - MIN("cohort"."_start") * 2 AS "arm",
  MIN("cohort"."_start") AS "start",
  CASE WHEN MIN("cohort"."_arm") = MAX("cohort"."_arm") THEN 0 ELSE 1 END AS "contaminated"
FROM "cohort_test" AS "cohort"
JOIN "fact_users" AS "link"
  ON "link"."_unit" = "cohort"."_unit"
WHERE
  NOT "link"."account" IS NULL
GROUP BY
  "link"."account";

-- test: accounts with units in several arms
/* Parents with units in several arms. */
SELECT
  COALESCE(SUM("contaminated"), 0) AS "units"
FROM "parents_test__account";

-- above_test__account
CREATE OR REPLACE TEMPORARY TABLE "above_test__account" AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  "began"."unit" AS "_unit",
  "began"."arm" AS "_arm",
  "began"."start" AS "_start"
FROM "parents_test__account" AS "began";

-- cohort_test: units without account
/* Units of which no account is known. */
SELECT
  COUNT(DISTINCT "_unit") AS "units"
FROM "cohort_test"
WHERE
  NOT "_unit" IN (
    SELECT
      "_unit"
    FROM "fact_users"
    WHERE
      NOT "account" IS NULL
  );

-- orders: units
/* Units by study, arm and segment: all, their first and last start, those observed for long enough (_mature_n), and sums */
/* of the seconds that they were observed. */
SELECT
  "_study",
  "_arm",
  "_by_account",
  "_by_country",
  COUNT(*) AS "units",
  MIN("_start") AS "first",
  MAX("_start") AS "last",
  COUNT(CASE WHEN "_start" <= 1771113600000000 /* 2026-02-15T00:00:00Z */ THEN 1 END) AS "_mature_1",
  SUM("orders_per") AS "orders_per",
  SUM("orders_per" * "orders_per") AS "orders_per x orders_per",
  SUM("orders_per" * "orders_per" * "orders_per") AS "orders_per x orders_per x orders_per"
FROM (
  SELECT
    *,
    CAST(CASE
      WHEN "_start" < 1772323200000000 /* 2026-03-01T00:00:00Z */
      THEN CAST((
        (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "_start"
        ) - (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "_start"
        ) % 1000000
      ) / 1000000 AS BIGINT)
      ELSE 0
    END AS DECIMAL(38, 0)) AS "orders_per"
  FROM (
    SELECT
      0 AS "_study",
      "_unit",
      "_arm",
      "_start",
      "_by_account",
      "_by_country"
    FROM "cohort_test"
  ) AS "cohort"
) AS "cohort"
GROUP BY
  GROUPING SETS (
    ("_study", "_arm"),
    ("_study", "_arm", "_by_account"),
    ("_study", "_arm", "_by_country")
  );

-- units_orders
CREATE OR REPLACE TEMPORARY TABLE "units_orders" AS
/* One row a unit of a study with at least one row that can count: its measures, as integers. Of each row, _counts_n says */
/* whether it counts for a measure, and _value_n what it adds. */
SELECT
  0 AS "_study",
  MIN("_arm") AS "_arm",
  MIN("_by_account") AS "_by_account",
  MIN("_by_country") AS "_by_country",
  CAST(CASE WHEN COUNT(CASE WHEN "_counts_1" THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "conversion",
  CAST(SUM(CASE WHEN "_counts_2" THEN "_value_1" ELSE 0 END) AS DECIMAL(38, 0)) AS "spend",
  CAST(SUM(CASE WHEN "_counts_3" THEN "_value_1" ELSE 0 END) AS DECIMAL(38, 0)) AS "spend_before",
  CAST(COUNT(CASE WHEN "_counts_4" THEN 1 END) AS DECIMAL(38, 0)) AS "orders",
  CAST(CASE
    WHEN MIN("_start") < 1772323200000000 /* 2026-03-01T00:00:00Z */
    THEN CAST((
      (
        1772323200000000 /* 2026-03-01T00:00:00Z */ - MIN("_start")
      ) - (
        1772323200000000 /* 2026-03-01T00:00:00Z */ - MIN("_start")
      ) % 1000000
    ) / 1000000 AS BIGINT)
    ELSE 0
  END AS DECIMAL(38, 0)) AS "orders_per",
  CAST(CASE WHEN COUNT(CASE WHEN "_counts_2" THEN 1 END) > 1 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars",
  CAST(CASE WHEN COUNT(CASE WHEN "_counts_2" THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_per",
  CAST(CASE WHEN COUNT(CASE WHEN "_counts_3" THEN 1 END) > 1 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_before",
  CAST(CASE WHEN COUNT(CASE WHEN "_counts_3" THEN 1 END) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 0)) AS "regulars_per_before"
FROM (
  SELECT
    "cohort"."_study",
    "cohort"."_unit",
    "cohort"."_arm",
    "cohort"."_start",
    "cohort"."_by_account",
    "cohort"."_by_country",
    "fact"."amount" AS "_value_1",
    "fact"."status" <> 'void'
    AND "fact"."_at" >= "cohort"."_start"
    AND "fact"."_at" < "cohort"."_start" + 1209600000000 /* 14d */ AS "_counts_1",
    "fact"."_at" >= "cohort"."_start"
    AND "fact"."_at" < "cohort"."_start" + 1209600000000 /* 14d */ AS "_counts_2",
    "fact"."_at" < "cohort"."_start" AS "_counts_3",
    "fact"."_at" >= "cohort"."_start" AS "_counts_4"
  FROM (
    SELECT
      0 AS "_study",
      "_unit",
      "_arm",
      "_start",
      "_by_account",
      "_by_country"
    FROM "cohort_test"
  ) AS "cohort"
  JOIN "fact_orders" AS "fact"
    ON "fact"."_unit" = "cohort"."_unit"
  WHERE
    "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
    AND "fact"."_at" >= "cohort"."_start" - 2592000000000 /* 30d */
) AS "rows"
GROUP BY
  "_unit";

-- units_orders: percentile 99.5 of spend
/* An exact percentile, in ten-thousandths, of the values of a measure other than 0: the smallest value whose cumulative */
/* count reaches its rank. */
SELECT
  "_study",
  MIN(CASE WHEN "reached" * 10000 >= "whole" * 9950 THEN "value" END) AS "cap"
FROM (
  SELECT
    "_study",
    "value",
    SUM("units") OVER (PARTITION BY "_study" ORDER BY "value") AS "reached",
    SUM("units") OVER (PARTITION BY "_study") AS "whole"
  FROM (
    SELECT
      "_study",
      "spend" AS "value",
      COUNT(*) AS "units"
    FROM "units_orders" AS "units"
    WHERE
      "spend" <> 0
    GROUP BY
      "_study",
      "spend"
  ) AS "counted"
) AS "ranked"
GROUP BY
  "_study";

-- units_orders: percentile 99.5 of spend_before
/* An exact percentile, in ten-thousandths, of the values of a measure other than 0: the smallest value whose cumulative */
/* count reaches its rank. */
SELECT
  "_study",
  MIN(CASE WHEN "reached" * 10000 >= "whole" * 9950 THEN "value" END) AS "cap"
FROM (
  SELECT
    "_study",
    "value",
    SUM("units") OVER (PARTITION BY "_study" ORDER BY "value") AS "reached",
    SUM("units") OVER (PARTITION BY "_study") AS "whole"
  FROM (
    SELECT
      "_study",
      "spend_before" AS "value",
      COUNT(*) AS "units"
    FROM "units_orders" AS "units"
    WHERE
      "spend_before" <> 0
    GROUP BY
      "_study",
      "spend_before"
  ) AS "counted"
) AS "ranked"
GROUP BY
  "_study";

-- orders: sums
/* Exact sums by study, arm and segment of products of measures. Units without rows add zero. */
SELECT
  "_study",
  "_arm",
  "_by_account",
  "_by_country",
  SUM("conversion") AS "conversion",
  SUM("orders") AS "orders",
  SUM("orders x orders") AS "orders x orders",
  SUM("orders x orders x orders") AS "orders x orders x orders",
  SUM("orders x orders x orders_per") AS "orders x orders x orders_per",
  SUM("orders x orders_per") AS "orders x orders_per",
  SUM("orders x orders_per x orders_per") AS "orders x orders_per x orders_per",
  SUM("regulars") AS "regulars",
  SUM("regulars x regulars_before") AS "regulars x regulars_before",
  SUM("regulars x regulars_before x regulars_per") AS "regulars x regulars_before x regulars_per",
  SUM("regulars x regulars_before x regulars_per_before") AS "regulars x regulars_before x regulars_per_before",
  SUM("regulars x regulars_per") AS "regulars x regulars_per",
  SUM("regulars x regulars_per x regulars_per_before") AS "regulars x regulars_per x regulars_per_before",
  SUM("regulars x regulars_per_before") AS "regulars x regulars_per_before",
  SUM("regulars_before") AS "regulars_before",
  SUM("regulars_before x regulars_per") AS "regulars_before x regulars_per",
  SUM("regulars_before x regulars_per x regulars_per_before") AS "regulars_before x regulars_per x regulars_per_before",
  SUM("regulars_before x regulars_per_before") AS "regulars_before x regulars_per_before",
  SUM("regulars_per") AS "regulars_per",
  SUM("regulars_per x regulars_per_before") AS "regulars_per x regulars_per_before",
  SUM("regulars_per_before") AS "regulars_per_before",
  SUM("spend") AS "spend",
  SUM("spend x spend") AS "spend x spend",
  SUM("spend x spend x spend") AS "spend x spend x spend",
  SUM("spend x spend x spend_before") AS "spend x spend x spend_before",
  SUM("spend x spend_before") AS "spend x spend_before",
  SUM("spend x spend_before x spend_before") AS "spend x spend_before x spend_before",
  SUM("spend_before") AS "spend_before",
  SUM("spend_before x spend_before") AS "spend_before x spend_before",
  SUM("spend_before x spend_before x spend_before") AS "spend_before x spend_before x spend_before"
FROM (
  /* Exact sums by study, arm and every combination of the values of the dimensions. */
  SELECT
    "_study",
    "_arm",
    "_by_account",
    "_by_country",
    SUM("conversion") AS "conversion",
    SUM("orders") AS "orders",
    SUM("orders" * "orders") AS "orders x orders",
    SUM("orders" * "orders" * "orders") AS "orders x orders x orders",
    SUM("orders" * "orders" * "orders_per") AS "orders x orders x orders_per",
    SUM("orders" * "orders_per") AS "orders x orders_per",
    SUM("orders" * "orders_per" * "orders_per") AS "orders x orders_per x orders_per",
    SUM("regulars") AS "regulars",
    SUM("regulars" * "regulars_before") AS "regulars x regulars_before",
    SUM("regulars" * "regulars_before" * "regulars_per") AS "regulars x regulars_before x regulars_per",
    SUM("regulars" * "regulars_before" * "regulars_per_before") AS "regulars x regulars_before x regulars_per_before",
    SUM("regulars" * "regulars_per") AS "regulars x regulars_per",
    SUM("regulars" * "regulars_per" * "regulars_per_before") AS "regulars x regulars_per x regulars_per_before",
    SUM("regulars" * "regulars_per_before") AS "regulars x regulars_per_before",
    SUM("regulars_before") AS "regulars_before",
    SUM("regulars_before" * "regulars_per") AS "regulars_before x regulars_per",
    SUM("regulars_before" * "regulars_per" * "regulars_per_before") AS "regulars_before x regulars_per x regulars_per_before",
    SUM("regulars_before" * "regulars_per_before") AS "regulars_before x regulars_per_before",
    SUM("regulars_per") AS "regulars_per",
    SUM("regulars_per" * "regulars_per_before") AS "regulars_per x regulars_per_before",
    SUM("regulars_per_before") AS "regulars_per_before",
    SUM("spend") AS "spend",
    SUM("spend" * "spend") AS "spend x spend",
    SUM("spend" * "spend" * "spend") AS "spend x spend x spend",
    SUM("spend" * "spend" * "spend_before") AS "spend x spend x spend_before",
    SUM("spend" * "spend_before") AS "spend x spend_before",
    SUM("spend" * "spend_before" * "spend_before") AS "spend x spend_before x spend_before",
    SUM("spend_before") AS "spend_before",
    SUM("spend_before" * "spend_before") AS "spend_before x spend_before",
    SUM("spend_before" * "spend_before" * "spend_before") AS "spend_before x spend_before x spend_before"
  FROM (
    /* Units with their totals limited; 0 stays 0. */
    SELECT
      "_study",
      "_arm",
      "_by_account",
      "_by_country",
      "conversion",
      CASE
        WHEN "spend" = 0
        THEN 0
        WHEN "spend" > 500 AND "_study" = 0
        THEN 500
        ELSE "spend"
      END AS "spend",
      CASE WHEN "spend_before" = 0 THEN 0 ELSE "spend_before" END AS "spend_before",
      "orders",
      "orders_per",
      "regulars",
      "regulars_per",
      "regulars_before",
      "regulars_per_before"
    FROM (
      SELECT
        *
      FROM "units_orders"
    ) AS "units"
  ) AS "units"
  GROUP BY
    "_study",
    "_arm",
    "_by_account",
    "_by_country"
) AS "units"
GROUP BY
  GROUPING SETS (
    ("_study", "_arm"),
    ("_study", "_arm", "_by_account"),
    ("_study", "_arm", "_by_country")
  );

-- bills: units
/* Units by study, arm and segment: all, their first and last start, those observed for long enough (_mature_n), and sums */
/* of the seconds that they were observed. */
SELECT
  "_study",
  "_arm",
  COUNT(*) AS "units",
  MIN("_start") AS "first",
  MAX("_start") AS "last"
FROM (
  SELECT
    0 AS "_study",
    "_unit",
    "_arm",
    "_start"
  FROM "above_test__account"
) AS "cohort"
GROUP BY
  "_study",
  "_arm";

-- bills: sums
/* Exact sums by study, arm and segment of products of measures. Units without rows add zero. */
SELECT
  "_study",
  "_arm",
  SUM("paid") AS "paid",
  SUM("paid" * "paid") AS "paid x paid",
  SUM("paid" * "paid" * "paid") AS "paid x paid x paid"
FROM (
  /* Units with their totals limited; 0 stays 0. */
  SELECT
    "_study",
    "_arm",
    CASE
      WHEN "paid" = 0
      THEN 0
      WHEN "paid" < 100
      THEN 100
      WHEN "paid" > 50000
      THEN 50000
      ELSE "paid"
    END AS "paid"
  FROM (
    /* One row a unit of a study with at least one row that can count: its measures, as integers. Of each row, _counts_n says */
    /* whether it counts for a measure, and _value_n what it adds. */
    SELECT
      0 AS "_study",
      MIN("_arm") AS "_arm",
      CAST(SUM(CASE WHEN "_counts_1" THEN "_value_1" ELSE 0 END) AS DECIMAL(38, 0)) AS "paid"
    FROM (
      SELECT
        "cohort"."_study",
        "cohort"."_unit",
        "cohort"."_arm",
        "cohort"."_start",
        "fact"."amount" AS "_value_1",
        TRUE AS "_counts_1"
      FROM (
        SELECT
          0 AS "_study",
          "_unit",
          "_arm",
          "_start"
        FROM "above_test__account"
      ) AS "cohort"
      JOIN "fact_bills" AS "fact"
        ON "fact"."_unit" = "cohort"."_unit"
      WHERE
        "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
        AND "fact"."_at" >= "cohort"."_start"
    ) AS "rows"
    GROUP BY
      "_unit"
  ) AS "units"
) AS "units"
GROUP BY
  "_study",
  "_arm";
