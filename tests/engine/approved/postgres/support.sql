SET TIME ZONE 'UTC';

-- fact_joined
CREATE TEMPORARY TABLE "fact_joined" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT "_unit" IS NULL AND NOT "_at" IS NULL AND NOT "arm" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMP)
        END
      END) * 1000000 AS BIGINT),
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMPTZ)
        END
      END) * 1000000 AS BIGINT)
    ) AS "_at",
    NULLIF("arm", '') AS "arm"
  FROM (
    SELECT
      *,
      TRIM('                　' /* every space of Unicode */ FROM "at") AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at",
        "arm"
      FROM "joined"
    ) AS "source"
    OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
  ) AS "raw"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "typed";

-- joined: summary
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
FROM "fact_joined" AS "fact";

-- joined: text of arm
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("text", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "arm" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_joined" AS "fact"
  GROUP BY
    "arm"
) AS "counted";

-- read_tickets
CREATE TEMPORARY TABLE "read_tickets" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT "_unit" IS NULL
  AND NOT "_at" IS NULL
  AND NOT "category" IS NULL
  AND "_fits_channel"
  AND COALESCE((
    "typed"."category" <> ''
  ), FALSE) AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMP)
        END
      END) * 1000000 AS BIGINT),
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMPTZ)
        END
      END) * 1000000 AS BIGINT)
    ) AS "_at",
    NULLIF("category", '') AS "category",
    NULLIF("channel", '') AS "channel",
    (
      NOT (
        NULLIF("channel", '')
      ) IS NULL
      OR (
        "channel" IS NULL
        OR TRIM('                　' /* every space of Unicode */ FROM "channel") = ''
      )
    ) AS "_fits_channel"
  FROM (
    SELECT
      *,
      TRIM('                　' /* every space of Unicode */ FROM "at") AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at",
        "category",
        "channel"
      FROM "tickets"
    ) AS "source"
    OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
  ) AS "raw"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "typed";

-- firsts_tickets_1
CREATE TEMPORARY TABLE "firsts_tickets_1" AS
/* One row a unit with a row that fits and passes the condition: when it was first. */
SELECT
  "fact"."_unit" AS "_first_unit",
  MIN("fact"."_at") AS "_first_at"
FROM "read_tickets" AS "fact"
WHERE
  "fact"."_fits" AND "fact"."category" = 'gone'
GROUP BY
  "fact"."_unit";

-- ordered_tickets
CREATE TEMPORARY TABLE "ordered_tickets" AS
/* The rows once more: one that cannot come after another one of its unit does not fit. */
SELECT
  "typed"."_unit",
  "typed"."_at",
  "typed"."category",
  "typed"."channel",
  "typed"."_fits"
  AND NOT COALESCE(
    (
      (
        "typed"."category" = 'bug'
      ) AND "typed"."_at" > "_first_1"."_first_at"
    ),
    FALSE
  ) AS "_fits"
FROM "read_tickets" AS "typed"
LEFT JOIN "firsts_tickets_1" AS "_first_1"
  ON "_first_1"."_first_unit" = "typed"."_unit";

-- tickets: rows that fit
/* Rows supplied, and those of them that do not fit the definition. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit"
FROM "ordered_tickets" AS "fact";

-- whole_tickets
CREATE TEMPORARY TABLE "whole_tickets" AS
/* The rows that fit. */
SELECT
  *
FROM "ordered_tickets"
WHERE
  "_fits";

-- tickets: rows before merging
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  MAX("_at") AS "last",
  COUNT(*) AS "ids"
FROM "whole_tickets" AS "fact";

-- marked_tickets
CREATE TEMPORARY TABLE "marked_tickets" AS
/* Rows, marked where a rule could find several of a unit that go together. */
SELECT
  "fact".*,
  (
    NOT "several_1"."_unit" IS NULL OR NOT "several_2"."_unit" IS NULL
  ) AS "_several"
FROM "whole_tickets" AS "fact"
LEFT JOIN (
  /* Units with values that several of their rows have in common, and that differ where they should. */
  SELECT
    "_unit",
    "category"
  FROM "whole_tickets" AS "fact"
  GROUP BY
    "_unit",
    "category"
  HAVING
    COUNT(*) > 1 AND MIN("channel") <> MAX("channel")
) AS "several_1"
  ON "several_1"."_unit" = "fact"."_unit"
  AND "several_1"."category" = "fact"."category"
LEFT JOIN (
  /* Units with values that several of their rows have in common, and that differ where they should. */
  SELECT
    "_unit",
    "channel"
  FROM "whole_tickets" AS "fact"
  GROUP BY
    "_unit",
    "channel"
  HAVING
    COUNT(*) > 1
) AS "several_2"
  ON "several_2"."_unit" = "fact"."_unit" AND "several_2"."channel" = "fact"."channel";

-- kept_tickets
CREATE TEMPORARY TABLE "kept_tickets" AS
/* Of the rows that a rule could concern, those that continue no earlier row of their unit. The rows of a unit have turns: by */
/* time and, where several are tied at one instant, by content; texts by their MD5, for engines order text differently. */
/* _earlier_n: how many rows before its turn it continues by rule n. Those are the rows with the same values, less those */
/* that lie too far back, less those that do not differ where they should. */
SELECT
  "_unit",
  "_at",
  "category",
  "channel"
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY "_unit", "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END
      ORDER BY "_turn" NULLS FIRST
    ) - 1 - COUNT(*) OVER (
      PARTITION BY "_unit", "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END
      ORDER BY "_at" NULLS FIRST
      RANGE BETWEEN UNBOUNDED PRECEDING AND 604800000001 /* more than 7d */ PRECEDING
    ) - (
      ROW_NUMBER() OVER (
        PARTITION BY "_unit", "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END, "channel"
        ORDER BY "_turn" NULLS FIRST
      ) - 1 - COUNT(*) OVER (
        PARTITION BY "_unit", "category", CASE WHEN "channel" IS NULL THEN 0 ELSE 1 END, "channel"
        ORDER BY "_at" NULLS FIRST
        RANGE BETWEEN UNBOUNDED PRECEDING AND 604800000001 /* more than 7d */ PRECEDING
      )
    ) AS "_earlier_1",
    ROW_NUMBER() OVER (PARTITION BY "_unit", "channel" ORDER BY "_turn" NULLS FIRST) - 1 AS "_earlier_2"
  FROM (
    SELECT
      "several".*,
      ROW_NUMBER() OVER (
        PARTITION BY "_unit"
        ORDER BY "_at" NULLS FIRST, CASE WHEN "_tied" THEN MD5(CONVERT_TO("category", 'UTF8')) END NULLS FIRST, CASE WHEN "_tied" THEN MD5(CONVERT_TO("channel", 'UTF8')) END NULLS FIRST
      ) AS "_turn"
    FROM (
      SELECT
        "marked".*,
        NOT "tied"."_unit" IS NULL AS "_tied"
      FROM "marked_tickets" AS "marked"
      LEFT JOIN (
        SELECT
          "_unit",
          "_at"
        FROM "marked_tickets" AS "marked"
        WHERE
          "_several"
        GROUP BY
          "_unit",
          "_at"
        HAVING
          COUNT(*) > 1
      ) AS "tied"
        ON "tied"."_unit" = "marked"."_unit" AND "tied"."_at" = "marked"."_at"
      WHERE
        "marked"."_several"
    ) AS "several"
    OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
  ) AS "turned"
) AS "counted"
WHERE
  NOT (
    (
      NOT "channel" IS NULL AND "_earlier_1" > 0
    )
    OR (
      NOT "channel" IS NULL AND "_earlier_2" > 0
    )
  );

-- fact_tickets
CREATE OR REPLACE TEMPORARY VIEW "fact_tickets"
WITH (
  security_barrier=TRUE /* keeps its query apart: each column is computed once a row */
) AS
/* Rows that no rule could concern, and of the others those that continue no earlier row of their unit. */
SELECT
  "_unit",
  "_at",
  "category",
  "channel"
FROM "kept_tickets" AS "kept"
UNION ALL
SELECT
  "_unit",
  "_at",
  "category",
  "channel"
FROM "marked_tickets" AS "marked"
WHERE
  NOT "_several";

-- tickets: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  0 AS "unfit",
  MIN("_at") AS "first",
  MAX("_at") AS "last",
  COUNT(*) AS "ids",
  COUNT(*) AS "units",
  COALESCE(SUM("_at"), 0) AS "sum_of_time",
  COUNT("channel") AS "rows_with_channel"
FROM "fact_tickets" AS "fact";

-- tickets: text of category
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("text", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "category" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_tickets" AS "fact"
  GROUP BY
    "category"
) AS "counted";

-- tickets: text of channel
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("text", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "channel" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_tickets" AS "fact"
  GROUP BY
    "channel"
) AS "counted";

-- fact_models
CREATE TEMPORARY TABLE "fact_models" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT "_unit" IS NULL AND NOT "_at" IS NULL AND NOT "score" IS NULL AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    COALESCE(
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMP)
        END
      END) * 1000000 AS BIGINT),
      CAST(EXTRACT(EPOCH FROM CASE
        WHEN "_written_at" ~ '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
        THEN CASE
          WHEN NOT "_written_at" ~ '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$' /* not a day such as 30 February */
          THEN CAST(REGEXP_REPLACE("_written_at", '(\.[0-9]{6})[0-9]+', '\1', 'g') AS TIMESTAMPTZ)
        END
      END) * 1000000 AS BIGINT)
    ) AS "_at",
    CASE
      WHEN TRIM('                　' /* every space of Unicode */ FROM "score") ~ '^([+-]?[0-9]{1,18}(\.0*)?)$'
      THEN CAST(SPLIT_PART(TRIM('                　' /* every space of Unicode */ FROM "score"), '.', 1) AS BIGINT)
    END AS "score"
  FROM (
    SELECT
      *,
      TRIM('                　' /* every space of Unicode */ FROM "at") AS "_written_at"
    FROM (
      SELECT
        "user_id",
        "at",
        "score"
      FROM "models"
    ) AS "source"
    OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
  ) AS "raw"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "typed";

-- models: summary
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
  COALESCE(SUM("score"), 0) AS "sum_of_score"
FROM "fact_models" AS "fact";

-- fact_members
CREATE TEMPORARY TABLE "fact_members" AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT "_unit" IS NULL AND "_fits_account" AS "_fits"
FROM (
  SELECT
    NULLIF("user_id", '') AS "_unit",
    NULLIF("account", '') AS "account",
    (
      NOT (
        NULLIF("account", '')
      ) IS NULL
      OR (
        "account" IS NULL
        OR TRIM('                　' /* every space of Unicode */ FROM "account") = ''
      )
    ) AS "_fits_account"
  FROM (
    SELECT
      "user_id",
      "account"
    FROM "members"
  ) AS "raw"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "typed";

-- members: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS "rows",
  COALESCE(SUM(CASE WHEN "_fits" THEN 0 ELSE 1 END), 0) AS "unfit",
  NULL AS "first",
  NULL AS "last",
  COUNT(*) AS "ids",
  COUNT(DISTINCT "_unit") AS "units",
  COUNT("account") AS "rows_with_account"
FROM "fact_members" AS "fact";

-- members: text of account
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("text", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "account" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_members" AS "fact"
  GROUP BY
    "account"
) AS "counted";

-- joined: units that members does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("counted"."_unit", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_joined" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_members" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- tickets: units that members does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("counted"."_unit", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_tickets" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_members" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- models: units that members does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN "known"."_unit" IS NULL THEN "rows" ELSE 0 END), 0) AS "unknown",
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("counted"."_unit", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "_unit",
    COUNT(*) AS "rows"
  FROM "fact_models" AS "fact"
  GROUP BY
    "_unit"
) AS "counted"
LEFT JOIN "fact_members" AS "known"
  ON "known"."_unit" = "counted"."_unit";

-- members: text of unit
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO("text", 'UTF8')) FROM 1 FOR 8) AS BIT(32)) AS BIGINT) * "rows" AS DECIMAL(38, 0))
    ),
    0
  ) AS "total"
FROM (
  SELECT
    "_unit" AS "text",
    COUNT(*) AS "rows"
  FROM "fact_members" AS "fact"
  GROUP BY
    "_unit"
) AS "counted";

-- support: arms that it does not name
/* Arms in the data that the study does not name. */
SELECT
  "fact"."arm" AS "label",
  COUNT(*) AS "rows"
FROM "fact_joined" AS "fact"
WHERE
  "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND CASE WHEN "fact"."arm" = 'a' THEN 0 WHEN "fact"."arm" = 'b' THEN 1 END IS NULL
GROUP BY
  "fact"."arm";

-- seen_assigned_support
CREATE TEMPORARY TABLE "seen_assigned_support" AS
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
    CASE WHEN "fact"."arm" = 'a' THEN 0 WHEN "fact"."arm" = 'b' THEN 1 END AS "arm"
  FROM "fact_joined" AS "fact"
  WHERE
    "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "assignments"
GROUP BY
  "unit";

-- support: is any unit in several arms
/* 1 where any unit was seen in several arms, else 0. */
SELECT
  COALESCE(MAX("contaminated"), 0) AS "any_unit"
FROM "seen_assigned_support";

-- assigned_support
CREATE OR REPLACE TEMPORARY VIEW "assigned_support"
WITH (
  security_barrier=TRUE /* keeps its query apart: each column is computed once a row */
) AS
/* No unit was seen in several arms: each keeps the arm that it was seen in. */
SELECT
  *
FROM "seen_assigned_support";

-- support: assigned units
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
    0 AS "period",
    "start"
  FROM "assigned_support" AS "assigned"
) AS "dated"
GROUP BY
  "arm",
  "period";

-- cohort_support: first and last start
/* When the clock of the first and of the last unit starts. */
SELECT
  MIN("start") AS "first",
  MAX("start") AS "last"
FROM "assigned_support" AS "began";

-- cohort_support
CREATE TEMPORARY TABLE "cohort_support" AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  "began"."unit" AS "_unit",
  "began"."arm" AS "_arm",
  "began"."start" AS "_start",
  '2026-01' AS "_by_started",
  CASE
    WHEN "about_score"."value" >= 4
    THEN 'high'
    WHEN "about_score"."value" >= 0
    THEN 'low'
    ELSE ''
  END AS "_by_score"
FROM "assigned_support" AS "began"
LEFT JOIN (
  /* One row a unit with a row at or before its start: the value of the last; of rows at one instant, the largest. */
  SELECT
    "last"."unit" AS "_unit",
    MAX("fact"."score") AS "value"
  FROM (
    SELECT
      "began"."unit",
      MAX("fact"."_at") AS "at"
    FROM "assigned_support" AS "began"
    JOIN "fact_models" AS "fact"
      ON "fact"."_unit" = "began"."unit"
    WHERE
      "fact"."_at" <= "began"."start"
    GROUP BY
      "began"."unit"
  ) AS "last"
  JOIN "fact_models" AS "fact"
    ON "fact"."_unit" = "last"."unit" AND "fact"."_at" = "last"."at"
  GROUP BY
    "last"."unit"
) AS "about_score"
  ON "about_score"."_unit" = "began"."unit";

-- parents_support__account
CREATE TEMPORARY TABLE "parents_support__account" AS
/* One row a parent (an account): the arm and start of its first unit, and whether its units are in several arms. */
/* Time and arm are packed into one integer (time * arms + arm), so that the smallest is the first assignment, of several */
/* at one instant the lowest arm; without the time, the arm is left. */
SELECT
  "link"."account" AS "unit",
  MIN("cohort"."_start" * 2 + "cohort"."_arm") - MIN("cohort"."_start") * 2 AS "arm",
  MIN("cohort"."_start") AS "start",
  CASE WHEN MIN("cohort"."_arm") = MAX("cohort"."_arm") THEN 0 ELSE 1 END AS "contaminated"
FROM "cohort_support" AS "cohort"
JOIN "fact_members" AS "link"
  ON "link"."_unit" = "cohort"."_unit"
WHERE
  NOT "link"."account" IS NULL
GROUP BY
  "link"."account";

-- support: accounts with units in several arms
/* Parents with units in several arms. */
SELECT
  COALESCE(SUM("contaminated"), 0) AS "units"
FROM "parents_support__account";

-- above_support__account: first and last start
/* When the clock of the first and of the last unit starts. */
SELECT
  MIN("start") AS "first",
  MAX("start") AS "last"
FROM "parents_support__account" AS "began";

-- above_support__account
CREATE TEMPORARY TABLE "above_support__account" AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  "began"."unit" AS "_unit",
  "began"."arm" AS "_arm",
  "began"."start" AS "_start",
  '2026-01' AS "_by_started"
FROM "parents_support__account" AS "began";

-- first_bug: durations
/* Units by study, arm, segment, outcome (0: no clock, 1: event before it, 2: event, 3: censored) and step of the grid: */
/* events in (k, k + 1] (of retention: [k, k + 1)) count at k + 1; without one by the last step that was observed to its */
/* end, they are censored there. */
/* _taken: steps up to the event; _seen: whole steps that were observed, up to the horizon; later: units whose clock starts */
/* after the study, by more than _later allows; open: units that were not observed to the horizon. */
SELECT
  "_study",
  "_arm",
  "_by_score",
  "_by_started",
  "_outcome",
  "_step",
  COUNT(*) AS "units",
  SUM("_later") AS "later",
  SUM("_open") AS "open",
  MIN("_start") AS "first",
  MAX("_start") AS "last",
  MIN("_clock") AS "first_clock",
  MAX("_clock") AS "last_clock"
FROM (
  SELECT
    "_study",
    "_arm",
    "_by_score",
    "_by_started",
    "_start",
    "_clock",
    CASE
      WHEN "_clock" IS NULL
      THEN 0
      WHEN "_event" < "_clock"
      THEN 1
      WHEN "_taken" <= "_seen"
      THEN 2
      ELSE 3
    END AS "_outcome",
    CASE
      WHEN "_clock" IS NULL OR "_event" < "_clock"
      THEN 0
      WHEN "_taken" <= "_seen"
      THEN "_taken"
      ELSE "_seen"
    END AS "_step",
    CASE WHEN "_clock" - "_start" > 3600000000 /* 1h */ THEN 1 ELSE 0 END AS "_later",
    CASE WHEN "_seen" < 480 THEN 1 ELSE 0 END AS "_open"
  FROM (
    SELECT
      "clocks".*,
      "events"."_event",
      (
        "events"."_event" - "clocks"."_clock" + 3600000000 /* 1h */ - 1
      ) / 3600000000 /* 1h */ AS "_taken",
      CASE
        WHEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "clocks"."_clock"
        ) / 3600000000 /* 1h */ < 480
        THEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "clocks"."_clock"
        ) / 3600000000 /* 1h */
        ELSE 480
      END AS "_seen"
    FROM (
      /* The clock starts with the study. */
      SELECT
        *,
        "_start" AS "_clock"
      FROM (
        SELECT
          0 AS "_study",
          "_unit",
          "_arm",
          "_start",
          "_by_score",
          "_by_started"
        FROM "cohort_support"
      ) AS "cohort"
    ) AS "clocks"
    LEFT JOIN (
      /* One row a unit with an event: when it was first. */
      SELECT
        "fact"."_unit",
        MIN("fact"."_at") AS "_event"
      FROM "fact_tickets" AS "fact"
      WHERE
        "fact"."category" = 'bug'
        AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
      GROUP BY
        "fact"."_unit"
    ) AS "events"
      ON "events"."_unit" = "clocks"."_unit"
  ) AS "timed"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "stepped"
GROUP BY
  GROUPING SETS (
    ("_study", "_arm", "_outcome", "_step"),
    ("_study", "_arm", "_by_score", "_outcome", "_step"),
    ("_study", "_arm", "_by_started", "_outcome", "_step")
  );

-- clocks_next_bug
CREATE TEMPORARY TABLE "clocks_next_bug" AS
/* One row a unit of a study: when its clock starts, at its onset or with the study if that is later; NULL without onset. */
SELECT
  "cohort"."_study",
  "cohort"."_unit",
  "cohort"."_arm",
  "cohort"."_start",
  "cohort"."_by_score",
  "cohort"."_by_started",
  CASE
    WHEN "onsets"."at" > "cohort"."_start"
    THEN "onsets"."at"
    WHEN "onsets"."at" <= "cohort"."_start"
    THEN "cohort"."_start"
  END AS "_clock"
FROM (
  SELECT
    0 AS "_study",
    "_unit",
    "_arm",
    "_start",
    "_by_score",
    "_by_started"
  FROM "cohort_support"
) AS "cohort"
LEFT JOIN (
  /* One row a unit with a row that starts its clock: when it was first. */
  SELECT
    "fact"."_unit",
    MIN("fact"."_at") AS "at"
  FROM "fact_models" AS "fact"
  WHERE
    "fact"."score" > 0 AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  GROUP BY
    "fact"."_unit"
) AS "onsets"
  ON "onsets"."_unit" = "cohort"."_unit";

-- next_bug: durations
/* Units by study, arm, segment, outcome (0: no clock, 1: event before it, 2: event, 3: censored) and step of the grid: */
/* events in (k, k + 1] (of retention: [k, k + 1)) count at k + 1; without one by the last step that was observed to its */
/* end, they are censored there. */
/* _taken: steps up to the event; _seen: whole steps that were observed, up to the horizon; later: units whose clock starts */
/* after the study, by more than _later allows; open: units that were not observed to the horizon. */
SELECT
  "_study",
  "_arm",
  "_by_score",
  "_by_started",
  "_outcome",
  "_step",
  COUNT(*) AS "units",
  SUM("_later") AS "later",
  SUM("_open") AS "open",
  MIN("_start") AS "first",
  MAX("_start") AS "last",
  MIN("_clock") AS "first_clock",
  MAX("_clock") AS "last_clock"
FROM (
  SELECT
    "_study",
    "_arm",
    "_by_score",
    "_by_started",
    "_start",
    "_clock",
    CASE
      WHEN "_clock" IS NULL
      THEN 0
      WHEN "_event" < "_clock"
      THEN 1
      WHEN "_taken" <= "_seen"
      THEN 2
      ELSE 3
    END AS "_outcome",
    CASE
      WHEN "_clock" IS NULL OR "_event" < "_clock"
      THEN 0
      WHEN "_taken" <= "_seen"
      THEN "_taken"
      ELSE "_seen"
    END AS "_step",
    CASE WHEN "_clock" - "_start" > 3600000000 /* 1h */ THEN 1 ELSE 0 END AS "_later",
    CASE WHEN "_seen" < 480 THEN 1 ELSE 0 END AS "_open"
  FROM (
    SELECT
      "clocks".*,
      "events"."_event",
      (
        "events"."_event" - "clocks"."_clock" + 3600000000 /* 1h */ - 1
      ) / 3600000000 /* 1h */ AS "_taken",
      CASE
        WHEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "clocks"."_clock"
        ) / 3600000000 /* 1h */ < 480
        THEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - "clocks"."_clock"
        ) / 3600000000 /* 1h */
        ELSE 480
      END AS "_seen"
    FROM (
      SELECT
        *
      FROM "clocks_next_bug"
    ) AS "clocks"
    LEFT JOIN (
      /* One row a unit of a study with an event since its clock started, or a while after: when it was first. */
      SELECT
        "clocks"."_study",
        "clocks"."_unit",
        MIN("fact"."_at") AS "_event"
      FROM (
        SELECT
          *
        FROM "clocks_next_bug"
      ) AS "clocks"
      JOIN "fact_tickets" AS "fact"
        ON "fact"."_unit" = "clocks"."_unit"
      WHERE
        "fact"."category" = 'bug'
        AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
        AND "fact"."_at" >= "clocks"."_clock"
      GROUP BY
        "clocks"."_study",
        "clocks"."_unit"
    ) AS "events"
      ON "events"."_study" = "clocks"."_study" AND "events"."_unit" = "clocks"."_unit"
  ) AS "timed"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "stepped"
GROUP BY
  GROUPING SETS (
    ("_study", "_arm", "_outcome", "_step"),
    ("_study", "_arm", "_by_score", "_outcome", "_step"),
    ("_study", "_arm", "_by_started", "_outcome", "_step")
  );

-- clocks_asks
CREATE TEMPORARY TABLE "clocks_asks" AS
/* One row a unit of a study: when its clock starts, at its onset or with the study if that is later; NULL without onset. */
SELECT
  "cohort"."_study",
  "cohort"."_unit",
  "cohort"."_arm",
  "cohort"."_start",
  "cohort"."_by_score",
  "cohort"."_by_started",
  CASE
    WHEN "onsets"."at" > "cohort"."_start"
    THEN "onsets"."at"
    WHEN "onsets"."at" <= "cohort"."_start"
    THEN "cohort"."_start"
  END AS "_clock"
FROM (
  SELECT
    0 AS "_study",
    "_unit",
    "_arm",
    "_start",
    "_by_score",
    "_by_started"
  FROM "cohort_support"
) AS "cohort"
LEFT JOIN (
  /* One row a unit with a row that starts its clock: when it was first. */
  SELECT
    "fact"."_unit",
    MIN("fact"."_at") AS "at"
  FROM "fact_models" AS "fact"
  WHERE
    "fact"."score" > 0 AND "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
  GROUP BY
    "fact"."_unit"
) AS "onsets"
  ON "onsets"."_unit" = "cohort"."_unit";

-- asks: durations
/* Units by study, arm, segment, outcome (0: no clock, 1: event before it, 2: event, 3: censored) and step of the grid: */
/* events in (k, k + 1] (of retention: [k, k + 1)) count at k + 1; without one by the last step that was observed to its */
/* end, they are censored there. */
/* _taken: steps up to the event; _seen: whole steps that were observed, up to the horizon; later: units whose clock starts */
/* after the study, by more than _later allows; open: units that were not observed to the horizon. */
SELECT
  "_study",
  "_arm",
  "_by_score",
  "_by_started",
  "_outcome",
  "_step",
  COUNT(*) AS "units",
  SUM("_later") AS "later",
  SUM("_open") AS "open",
  MIN("_start") AS "first",
  MAX("_start") AS "last",
  MIN("_clock") AS "first_clock",
  MAX("_clock") AS "last_clock"
FROM (
  SELECT
    "_study",
    "_arm",
    "_by_score",
    "_by_started",
    "_start",
    "_clock",
    CASE
      WHEN "_clock" IS NULL
      THEN 0
      WHEN "_event" < "_clock"
      THEN 1
      WHEN "_taken" <= "_seen"
      THEN 2
      ELSE 3
    END AS "_outcome",
    CASE
      WHEN "_clock" IS NULL OR "_event" < "_clock"
      THEN 0
      WHEN "_taken" <= "_seen"
      THEN "_taken"
      ELSE "_seen"
    END AS "_step",
    CASE WHEN "_clock" - "_start" > 3600000000 /* 1h */ THEN 1 ELSE 0 END AS "_later",
    CASE WHEN "_seen" < 1 THEN 1 ELSE 0 END AS "_open"
  FROM (
    SELECT
      "clocks".*,
      "events"."_event",
      (
        "events"."_event" - (
          "clocks"."_clock" + 1209600000000 /* 14d */
        ) + 604800000000 /* 7d */ - 0
      ) / 604800000000 /* 7d */ AS "_taken",
      CASE
        WHEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - (
            "clocks"."_clock" + 1209600000000 /* 14d */
          )
        ) / 604800000000 /* 7d */ < 1
        THEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - (
            "clocks"."_clock" + 1209600000000 /* 14d */
          )
        ) / 604800000000 /* 7d */
        ELSE 1
      END AS "_seen"
    FROM (
      SELECT
        *
      FROM "clocks_asks"
    ) AS "clocks"
    LEFT JOIN (
      /* One row a unit of a study with an event since its clock started, or a while after: when it was first. */
      SELECT
        "clocks"."_study",
        "clocks"."_unit",
        MIN("fact"."_at") AS "_event"
      FROM (
        SELECT
          *
        FROM "clocks_asks"
      ) AS "clocks"
      JOIN "fact_tickets" AS "fact"
        ON "fact"."_unit" = "clocks"."_unit"
      WHERE
        "fact"."_at" < 1772323200000000 /* 2026-03-01T00:00:00Z */
        AND "fact"."_at" >= (
          "clocks"."_clock" + 1209600000000 /* 14d */
        )
      GROUP BY
        "clocks"."_study",
        "clocks"."_unit"
    ) AS "events"
      ON "events"."_study" = "clocks"."_study" AND "events"."_unit" = "clocks"."_unit"
  ) AS "timed"
  OFFSET 0 /* leaves no row out: it keeps what is above apart, to be computed once a row */
) AS "stepped"
GROUP BY
  GROUPING SETS (
    ("_study", "_arm", "_outcome", "_step"),
    ("_study", "_arm", "_by_score", "_outcome", "_step"),
    ("_study", "_arm", "_by_started", "_outcome", "_step")
  );

-- fact_tickets: values of category
/* Each text of a column once, the empty one for none. */
SELECT DISTINCT
  COALESCE("category", '') AS "text"
FROM "fact_tickets" AS "fact";
