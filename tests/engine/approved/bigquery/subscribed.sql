SET @@time_zone = 'UTC';

-- fact_subscriptions
CREATE OR REPLACE TEMPORARY TABLE `fact_subscriptions` AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
/* Money and decimals are whole numbers of their smallest unit, such as cents. */
SELECT
  *,
  NOT `_unit` IS NULL
  AND NOT `_at` IS NULL
  AND `_fits_ended`
  AND `_fits_mrr`
  AND `_fits_plan`
  AND `_fits_trial` AS `_fits`
FROM (
  SELECT
    NULLIF(`user_id`, '') AS `_unit`,
    COALESCE(
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_at`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_at`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(`_written_at`, '(\\.[0-9]{6})[0-9]+', '\\1'),
              '([ T][0-9]{2}:[0-9]{2})$',
              '\\1:00'
            ) AS TIMESTAMP)
          END
        END
      ),
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_at`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_at`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE(`_written_at`, '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMP)
          END
        END
      )
    ) AS `_at`,
    COALESCE(
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_ended`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_ended`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(`_written_ended`, '(\\.[0-9]{6})[0-9]+', '\\1'),
              '([ T][0-9]{2}:[0-9]{2})$',
              '\\1:00'
            ) AS TIMESTAMP)
          END
        END
      ),
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_ended`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_ended`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE(`_written_ended`, '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMP)
          END
        END
      )
    ) AS `ended`,
    CASE
      WHEN REGEXP_CONTAINS(
        TRIM(`mrr`, '                　' /* every space of Unicode */),
        '^([+-]?([0-9]{1,14}(\\.[0-9]{0,2}0*)?|\\.[0-9]{1,2}0*))$'
      )
      THEN CAST(SAFE_CAST(TRIM(`mrr`, '                　' /* every space of Unicode */) AS BIGNUMERIC) * 100 AS INT64)
    END AS `mrr`,
    NULLIF(`plan`, '') AS `plan`,
    NULLIF(`trial`, '') AS `trial`,
    (
      NOT (
        COALESCE(
          UNIX_MICROS(
            CASE
              WHEN REGEXP_CONTAINS(
                `_written_ended`,
                '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?)$'
              )
              THEN CASE
                WHEN NOT REGEXP_CONTAINS(
                  `_written_ended`,
                  '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
                ) /* not a day such as 30 February */
                THEN SAFE_CAST(REGEXP_REPLACE(
                  REGEXP_REPLACE(`_written_ended`, '(\\.[0-9]{6})[0-9]+', '\\1'),
                  '([ T][0-9]{2}:[0-9]{2})$',
                  '\\1:00'
                ) AS TIMESTAMP)
              END
            END
          ),
          UNIX_MICROS(
            CASE
              WHEN REGEXP_CONTAINS(
                `_written_ended`,
                '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
              )
              THEN CASE
                WHEN NOT REGEXP_CONTAINS(
                  `_written_ended`,
                  '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
                ) /* not a day such as 30 February */
                THEN SAFE_CAST(REGEXP_REPLACE(
                  REGEXP_REPLACE(
                    REGEXP_REPLACE(
                      REGEXP_REPLACE(REGEXP_REPLACE(`_written_ended`, '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                      '([+-][0-9][0-9])$',
                      '\\1:00'
                    ),
                    '([+-][0-9][0-9])([0-9][0-9])$',
                    '\\1:\\2'
                  ),
                  '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
                  '\\1:00\\2'
                ) AS TIMESTAMP)
              END
            END
          )
        )
      ) IS NULL
      OR (
        `ended` IS NULL
        OR TRIM(`ended`, '                　' /* every space of Unicode */) = ''
      )
    ) AS `_fits_ended`,
    (
      NOT (
        CASE
          WHEN REGEXP_CONTAINS(
            TRIM(`mrr`, '                　' /* every space of Unicode */),
            '^([+-]?([0-9]{1,14}(\\.[0-9]{0,2}0*)?|\\.[0-9]{1,2}0*))$'
          )
          THEN CAST(SAFE_CAST(TRIM(`mrr`, '                　' /* every space of Unicode */) AS BIGNUMERIC) * 100 AS INT64)
        END
      ) IS NULL
      OR (
        `mrr` IS NULL
        OR TRIM(`mrr`, '                　' /* every space of Unicode */) = ''
      )
    ) AS `_fits_mrr`,
    (
      NOT (
        NULLIF(`plan`, '')
      ) IS NULL
      OR (
        `plan` IS NULL
        OR TRIM(`plan`, '                　' /* every space of Unicode */) = ''
      )
    ) AS `_fits_plan`,
    (
      NOT (
        NULLIF(`trial`, '')
      ) IS NULL
      OR (
        `trial` IS NULL
        OR TRIM(`trial`, '                　' /* every space of Unicode */) = ''
      )
    ) AS `_fits_trial`
  FROM (
    SELECT
      *,
      TRIM(`at`, '                　' /* every space of Unicode */) AS `_written_at`,
      TRIM(`ended`, '                　' /* every space of Unicode */) AS `_written_ended`
    FROM (
      SELECT
        `user_id`,
        `at`,
        `ended`,
        `mrr`,
        `plan`,
        `trial`
      FROM `subscriptions`
    ) AS `source`
  ) AS `raw`
) AS `typed`;

-- subscriptions: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS `rows`,
  COALESCE(SUM(CAST(CASE WHEN `_fits` THEN 0 ELSE 1 END AS BIGNUMERIC)), 0) AS `unfit`,
  MIN(`_at`) AS `first`,
  MAX(`_at`) AS `last`,
  COUNT(*) AS `ids`,
  COUNT(*) AS `units`,
  COALESCE(SUM(CAST(`_at` AS BIGNUMERIC)), 0) AS `sum_of_time`,
  COALESCE(SUM(CAST(`ended` AS BIGNUMERIC)), 0) AS `sum_of_ended`,
  COALESCE(SUM(CAST(`mrr` AS BIGNUMERIC)), 0) AS `sum_of_mrr`,
  COUNT(`ended`) AS `rows_with_ended`,
  COUNT(`mrr`) AS `rows_with_mrr`,
  COUNT(`plan`) AS `rows_with_plan`,
  COUNT(`trial`) AS `rows_with_trial`,
  COUNT(CASE WHEN `mrr` < 0 THEN 1 END) AS `rows_with_negative_mrr`
FROM `fact_subscriptions` AS `fact`;

-- subscriptions: text of plan
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `plan` AS `text`,
    COUNT(*) AS `rows`
  FROM `fact_subscriptions` AS `fact`
  GROUP BY
    `plan`
) AS `counted`;

-- subscriptions: text of trial
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `trial` AS `text`,
    COUNT(*) AS `rows`
  FROM `fact_subscriptions` AS `fact`
  GROUP BY
    `trial`
) AS `counted`;

-- fact_enrolled
CREATE OR REPLACE TEMPORARY TABLE `fact_enrolled` AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
/* Times are microseconds since 1970 in UTC; patterns say which texts are a time. */
SELECT
  *,
  NOT `_unit` IS NULL AND NOT `_at` IS NULL AND NOT `arm` IS NULL AS `_fits`
FROM (
  SELECT
    NULLIF(`user_id`, '') AS `_unit`,
    COALESCE(
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_at`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_at`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(`_written_at`, '(\\.[0-9]{6})[0-9]+', '\\1'),
              '([ T][0-9]{2}:[0-9]{2})$',
              '\\1:00'
            ) AS TIMESTAMP)
          END
        END
      ),
      UNIX_MICROS(
        CASE
          WHEN REGEXP_CONTAINS(
            `_written_at`,
            '^((000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?Z|(000[2-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-8][0-9][0-9][0-9]|9([0-8][0-9][0-9]|9[0-8][0-9]|99[0-8]))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)$'
          )
          THEN CASE
            WHEN NOT REGEXP_CONTAINS(
              `_written_at`,
              '^([0-9]{4}-(02-3|0[469]-31|11-31).*|([0-9][0-9]([02468][1235679]|[13579][01345789])|([02468][1235679]|[13579][01345789])00)-02-29.*)$'
            ) /* not a day such as 30 February */
            THEN SAFE_CAST(REGEXP_REPLACE(
              REGEXP_REPLACE(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(REGEXP_REPLACE(`_written_at`, '(\\.[0-9]{6})[0-9]+', '\\1'), 'Z$', '+00:00'),
                  '([+-][0-9][0-9])$',
                  '\\1:00'
                ),
                '([+-][0-9][0-9])([0-9][0-9])$',
                '\\1:\\2'
              ),
              '([ T][0-9][0-9]:[0-9][0-9])([Z+-])',
              '\\1:00\\2'
            ) AS TIMESTAMP)
          END
        END
      )
    ) AS `_at`,
    NULLIF(`arm`, '') AS `arm`
  FROM (
    SELECT
      *,
      TRIM(`at`, '                　' /* every space of Unicode */) AS `_written_at`
    FROM (
      SELECT
        `user_id`,
        `at`,
        `arm`
      FROM `enrolled`
    ) AS `source`
  ) AS `raw`
) AS `typed`;

-- enrolled: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS `rows`,
  COALESCE(SUM(CAST(CASE WHEN `_fits` THEN 0 ELSE 1 END AS BIGNUMERIC)), 0) AS `unfit`,
  MIN(`_at`) AS `first`,
  MAX(`_at`) AS `last`,
  COUNT(*) AS `ids`,
  COUNT(*) AS `units`,
  COALESCE(SUM(CAST(`_at` AS BIGNUMERIC)), 0) AS `sum_of_time`
FROM `fact_enrolled` AS `fact`;

-- enrolled: text of arm
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `arm` AS `text`,
    COUNT(*) AS `rows`
  FROM `fact_enrolled` AS `fact`
  GROUP BY
    `arm`
) AS `counted`;

-- fact_people
CREATE OR REPLACE TEMPORARY TABLE `fact_people` AS
/* One row a row of the source: its values, NULL where they are not as declared, and whether all of them fit. */
SELECT
  *,
  NOT `_unit` IS NULL AND `_fits_country` AS `_fits`
FROM (
  SELECT
    NULLIF(`user_id`, '') AS `_unit`,
    NULLIF(`country`, '') AS `country`,
    (
      NOT (
        NULLIF(`country`, '')
      ) IS NULL
      OR (
        `country` IS NULL
        OR TRIM(`country`, '                　' /* every space of Unicode */) = ''
      )
    ) AS `_fits_country`
  FROM (
    SELECT
      `user_id`,
      `country`
    FROM `people`
  ) AS `raw`
) AS `typed`;

-- people: summary
/* One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are */
/* counted once each where none may repeat; elsewhere they are the rows. */
SELECT
  COUNT(*) AS `rows`,
  COALESCE(SUM(CAST(CASE WHEN `_fits` THEN 0 ELSE 1 END AS BIGNUMERIC)), 0) AS `unfit`,
  NULL AS `first`,
  NULL AS `last`,
  COUNT(*) AS `ids`,
  COUNT(DISTINCT `_unit`) AS `units`,
  COUNT(`country`) AS `rows_with_country`
FROM `fact_people` AS `fact`;

-- people: text of country
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `country` AS `text`,
    COUNT(*) AS `rows`
  FROM `fact_people` AS `fact`
  GROUP BY
    `country`
) AS `counted`;

-- subscriptions: units that people does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(CAST(CASE WHEN `known`.`_unit` IS NULL THEN `rows` ELSE 0 END AS BIGNUMERIC)),
    0
  ) AS `unknown`,
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`counted`.`_unit`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `_unit`,
    COUNT(*) AS `rows`
  FROM `fact_subscriptions` AS `fact`
  GROUP BY
    `_unit`
) AS `counted`
LEFT JOIN `fact_people` AS `known`
  ON `known`.`_unit` = `counted`.`_unit`;

-- enrolled: units that people does not know
/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(CAST(CASE WHEN `known`.`_unit` IS NULL THEN `rows` ELSE 0 END AS BIGNUMERIC)),
    0
  ) AS `unknown`,
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`counted`.`_unit`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `_unit`,
    COUNT(*) AS `rows`
  FROM `fact_enrolled` AS `fact`
  GROUP BY
    `_unit`
) AS `counted`
LEFT JOIN `fact_people` AS `known`
  ON `known`.`_unit` = `counted`.`_unit`;

-- people: text of unit
/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(
    SUM(
      CAST(CAST('0x' || SUBSTRING(TO_HEX(MD5(`text`)), 1, 8) AS INT64) * `rows` AS BIGNUMERIC)
    ),
    0
  ) AS `total`
FROM (
  SELECT
    `_unit` AS `text`,
    COUNT(*) AS `rows`
  FROM `fact_people` AS `fact`
  GROUP BY
    `_unit`
) AS `counted`;

-- offer: arms that it does not name
/* Arms in the data that the study does not name. */
SELECT
  `fact`.`arm` AS `label`,
  COUNT(*) AS `rows`
FROM `fact_enrolled` AS `fact`
WHERE
  `fact`.`_at` < 1772323200000000 /* 2026-03-01T00:00:00Z */
  AND CASE WHEN `fact`.`arm` = 'a' THEN 0 WHEN `fact`.`arm` = 'b' THEN 1 END IS NULL
GROUP BY
  `fact`.`arm`;

-- seen_assigned_offer
CREATE OR REPLACE TEMPORARY TABLE `seen_assigned_offer` AS
/* One row a unit: when it was first assigned, to which arm, and whether it is contaminated, which means seen in several */
/* arms. Of those the arm is the lowest for now. */
SELECT
  `unit`,
  MIN(`at`) AS `start`,
  MIN(`arm`) AS `arm`,
  CASE WHEN MIN(`arm`) = MAX(`arm`) THEN 0 ELSE 1 END AS `contaminated`
FROM (
  /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
  SELECT
    `fact`.`_unit` AS `unit`,
    `fact`.`_at` AS `at`,
    CASE WHEN `fact`.`arm` = 'a' THEN 0 WHEN `fact`.`arm` = 'b' THEN 1 END AS `arm`
  FROM `fact_enrolled` AS `fact`
  WHERE
    `fact`.`_at` < 1772323200000000 /* 2026-03-01T00:00:00Z */
) AS `assignments`
GROUP BY
  `unit`;

-- offer: is any unit in several arms
/* 1 where any unit was seen in several arms, else 0. */
SELECT
  COALESCE(MAX(`contaminated`), 0) AS `any_unit`
FROM `seen_assigned_offer`;

-- assigned_offer
CREATE OR REPLACE TEMPORARY TABLE `assigned_offer` AS
/* No unit was seen in several arms: each keeps the arm that it was seen in. */
SELECT
  *
FROM `seen_assigned_offer`;

-- offer: assigned units
/* Assigned units by arm and by period of constant planned shares. */
SELECT
  `arm`,
  `period`,
  COUNT(*) AS `units`,
  MIN(`start`) AS `first`,
  MAX(`start`) AS `last`
FROM (
  SELECT
    `arm`,
    0 AS `period`,
    `start`
  FROM `assigned_offer` AS `assigned`
) AS `dated`
GROUP BY
  `arm`,
  `period`;

-- cohort_offer
CREATE OR REPLACE TEMPORARY TABLE `cohort_offer` AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  `began`.`unit` AS `_unit`,
  `began`.`arm` AS `_arm`,
  `began`.`start` AS `_start`
FROM `assigned_offer` AS `began`;

-- subscriptions_accounts
CREATE OR REPLACE TEMPORARY TABLE `subscriptions_accounts` AS
/* One row a subscription: when it starts and ends (NULL: it goes on), money a month (0 where blank), and what becomes of it. */
/* _outcome: 0 counted, 1 starts too late to count, 2 ends before it starts, 3 costs less than nothing. */
SELECT
  `_unit`,
  `_at`,
  CASE WHEN `_until` < 1773532800000000 /* 2026-03-15T00:00:00Z */ THEN `_until` END AS `_ends`,
  COALESCE(`_amount`, 0) AS `_mrr`,
  CASE WHEN `_amount` IS NULL THEN 1 ELSE 0 END AS `_blank`,
  CASE
    WHEN `_at` >= 1773532800000000 /* 2026-03-15T00:00:00Z */
    THEN 1
    WHEN `_until` < `_at`
    THEN 2
    WHEN `_amount` < 0
    THEN 3
    ELSE 0
  END AS `_outcome`,
  `plan`
FROM (
  SELECT
    `fact`.`_unit`,
    `fact`.`_at`,
    `fact`.`ended` AS `_until`,
    `fact`.`mrr` AS `_amount`,
    `plan`
  FROM `fact_subscriptions` AS `fact`
  WHERE
    NOT `fact`.`_unit` IS NULL AND `fact`.`plan` <> 'internal'
) AS `rows`;

-- movements_accounts
CREATE OR REPLACE TEMPORARY TABLE `movements_accounts` AS
/* Rows with their instant on the even calendar, where every month has 31 days: 31 days for each month of the years and of */
/* the year before it, and what has passed of its month. Days are counted from 1 March of the year 0: leap days come last. */
SELECT
  `_unit`,
  `_at`,
  `_running`,
  `_mrr`,
  `_at` + 86400000000 * (
    31 * (
      12 * (
        100 * `_century` + `_year`
      ) + DIV((
        5 * `_yday` + 2
      ), 153) + 2
    ) + `_yday` - DIV((
      153 * (
        DIV((
          5 * `_yday` + 2
        ), 153)
      ) + 2
    ), 5) - `_day` + 719468
  ) AS `_even`
FROM (
  SELECT
    *,
    `_cday` - DIV((
      1461 * `_year`
    ), 4) AS `_yday`
  FROM (
    SELECT
      *,
      DIV((
        4 * `_cday` + 3
      ), 1461) AS `_year`
    FROM (
      SELECT
        *,
        `_day` - DIV((
          146097 * `_century`
        ), 4) AS `_cday`
      FROM (
        SELECT
          *,
          DIV((
            4 * `_day` + 3
          ), 146097) AS `_century`
        FROM (
          SELECT
            *,
            DIV((
              `_at` + 62162035200000000
            ), 86400000000) AS `_day`
          FROM (
            /* Two rows a subscription: it starts (_running 1) with its money a month (_mrr), and when it ends both go again. */
            SELECT
              `_unit`,
              `_at`,
              1 AS `_running`,
              `_mrr`
            FROM `subscriptions_accounts` AS `subscriptions`
            WHERE
              `_outcome` = 0
            UNION ALL
            SELECT
              `_unit`,
              `_ends` AS `_at`,
              -1 AS `_running`,
              -`_mrr` AS `_mrr`
            FROM `subscriptions_accounts` AS `subscriptions`
            WHERE
              `_outcome` = 0 AND NOT `_ends` IS NULL
          ) AS `rows`
        ) AS `days`
      ) AS `centuries`
    ) AS `within_centuries`
  ) AS `years`
) AS `within_years`;

-- subscribers_accounts
CREATE OR REPLACE TEMPORARY TABLE `subscribers_accounts` AS
/* One row a customer: first start, and when the last subscription ended (NULL where one goes on); both on the even calendar. */
SELECT
  `_unit` AS `unit`,
  0 AS `arm`,
  MIN(`_at`) AS `start`,
  MIN(`_even`) AS `_first`,
  CASE WHEN SUM(CAST(`_running` AS BIGNUMERIC)) = 0 THEN MAX(`_at`) END AS `_left`,
  CASE WHEN SUM(CAST(`_running` AS BIGNUMERIC)) = 0 THEN MAX(`_even`) END AS `_last`
FROM `movements_accounts` AS `movements`
GROUP BY
  `_unit`;

-- plans_accounts
CREATE OR REPLACE TEMPORARY TABLE `plans_accounts` AS
/* The plans of the subscriptions that count. */
SELECT
  `_unit`,
  `_at`,
  `plan`
FROM `subscriptions_accounts`
WHERE
  `_outcome` = 0;

-- customers_accounts: first and last start
/* When the clock of the first and of the last unit starts. */
SELECT
  MIN(`start`) AS `first`,
  MAX(`start`) AS `last`
FROM `subscribers_accounts` AS `began`;

-- customers_accounts
CREATE OR REPLACE TEMPORARY TABLE `customers_accounts` AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  `began`.`unit` AS `_unit`,
  `began`.`arm` AS `_arm`,
  `began`.`start` AS `_start`,
  '2025-01' AS `_by_started`,
  COALESCE(CAST(`fact_people`.`country` AS STRING), '') AS `_by_country`,
  COALESCE(CAST(`about__plan`.`value` AS STRING), '') AS `_by__plan`,
  `began`.`_first`,
  `began`.`_left`,
  `began`.`_last`
FROM `subscribers_accounts` AS `began`
LEFT JOIN `fact_people`
  ON `fact_people`.`_unit` = `began`.`unit`
LEFT JOIN (
  /* One row a unit with a row at or before its start: the value of the last; of rows at one instant, the largest. */
  SELECT
    `last`.`unit` AS `_unit`,
    MAX(CAST(`fact`.`plan` AS STRING)) AS `value`
  FROM (
    SELECT
      `began`.`unit`,
      MAX(`fact`.`_at`) AS `at`
    FROM `subscribers_accounts` AS `began`
    JOIN `plans_accounts` AS `fact`
      ON `fact`.`_unit` = `began`.`unit`
    WHERE
      `fact`.`_at` <= `began`.`start`
    GROUP BY
      `began`.`unit`
  ) AS `last`
  JOIN `plans_accounts` AS `fact`
    ON `fact`.`_unit` = `last`.`unit` AND `fact`.`_at` = `last`.`at`
  GROUP BY
    `last`.`unit`
) AS `about__plan`
  ON `about__plan`.`_unit` = `began`.`unit`;

-- accounts: rows
/* Rows by outcome; of them those without an amount, and those that end at the instant they start. */
SELECT
  `_outcome`,
  COUNT(*) AS `rows`,
  SUM(CAST(`_blank` AS BIGNUMERIC)) AS `blank`,
  SUM(CAST(CASE WHEN `_ends` = `_at` THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `empty`
FROM `subscriptions_accounts` AS `subscriptions`
GROUP BY
  `_outcome`;

-- accounts: overlapping subscriptions
/* Subscriptions that start while another of the same customer runs; of several that start at one instant, all but one. */
/* Those that end at the instant they start never run. */
SELECT
  COALESCE(
    SUM(
      CAST(CASE
        WHEN `_starts` = 0
        THEN 0
        WHEN `_running` > `_starts`
        THEN `_starts`
        ELSE `_starts` - 1
      END AS BIGNUMERIC)
    ),
    0
  ) AS `rows`
FROM (
  SELECT
    `_starts`,
    SUM(CAST(`_more` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_at`) AS `_running`
  FROM (
    SELECT
      `_unit`,
      `_at`,
      SUM(CAST(`_starts` AS BIGNUMERIC)) AS `_starts`,
      SUM(CAST(`_more` AS BIGNUMERIC)) AS `_more`
    FROM (
      SELECT
        `_unit`,
        `_at`,
        1 AS `_starts`,
        1 AS `_more`
      FROM `subscriptions_accounts` AS `subscriptions`
      WHERE
        `_outcome` = 0 AND (
          `_ends` IS NULL OR `_ends` > `_at`
        )
      UNION ALL
      SELECT
        `_unit`,
        `_ends` AS `_at`,
        0 AS `_starts`,
        -1 AS `_more`
      FROM `subscriptions_accounts` AS `subscriptions`
      WHERE
        `_outcome` = 0 AND `_ends` > `_at`
    ) AS `moved`
    GROUP BY
      `_unit`,
      `_at`
  ) AS `summed`
) AS `reached`;

-- accounts: customers
/* Customers, and those with a subscription that goes on. */
SELECT
  COUNT(*) AS `customers`,
  COUNT(CASE WHEN `_left` IS NULL THEN 1 END) AS `subscribed`
FROM `customers_accounts` AS `customers`;

-- changes_accounts
CREATE OR REPLACE TEMPORARY TABLE `changes_accounts` AS
/* One row a customer and period with a movement: running subscriptions and money a month before it and at its end, and at */
/* the ends of how many of these periods, up to this one, they paid more than nothing (_paid). */
/* _period: whole periods of the even calendar, so many months each. */
SELECT
  `_unit`,
  `_period`,
  `_running` - `_more` AS `_running_before`,
  `_running`,
  `_mrr` - `_grown` AS `_mrr_before`,
  `_mrr`,
  SUM(CAST(CASE WHEN `_mrr` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS `_paid`
FROM (
  SELECT
    `_unit`,
    `_period`,
    `_more`,
    `_grown`,
    CAST(SUM(CAST(`_more` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_running`,
    CAST(SUM(CAST(`_grown` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_mrr`
  FROM (
    SELECT
      `_unit`,
      `_period`,
      CAST(SUM(CAST(`_running` AS BIGNUMERIC)) AS INT64) AS `_more`,
      CAST(SUM(CAST(`_mrr` AS BIGNUMERIC)) AS INT64) AS `_grown`
    FROM (
      SELECT
        `_unit`,
        DIV(`_even`, 2678400000000) AS `_period`,
        `_running`,
        `_mrr`
      FROM `movements_accounts` AS `movements`
      WHERE
        `_at` < 1772323200000000 /* 2026-03-01T00:00:00Z */
    ) AS `moved`
    GROUP BY
      `_unit`,
      `_period`
  ) AS `summed`
) AS `reached`;

-- accounts: MRR by month
/* By month (twelve times the year, and the months before it): accounts whose money a month changed, and by how much. */
SELECT
  `_period`,
  SUM(CAST(CASE WHEN `_kind` = 1 THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `new_accounts`,
  SUM(CAST(CASE WHEN `_kind` = 1 THEN `_change` ELSE 0 END AS BIGNUMERIC)) AS `new`,
  SUM(CAST(CASE WHEN `_kind` = 2 THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `expansion_accounts`,
  SUM(CAST(CASE WHEN `_kind` = 2 THEN `_change` ELSE 0 END AS BIGNUMERIC)) AS `expansion`,
  SUM(CAST(CASE WHEN `_kind` = 3 THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `contraction_accounts`,
  SUM(CAST(CASE WHEN `_kind` = 3 THEN -`_change` ELSE 0 END AS BIGNUMERIC)) AS `contraction`,
  SUM(CAST(CASE WHEN `_kind` = 4 THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `churned_accounts`,
  SUM(CAST(CASE WHEN `_kind` = 4 THEN -`_change` ELSE 0 END AS BIGNUMERIC)) AS `churned`,
  SUM(CAST(CASE WHEN `_kind` = 5 THEN 1 ELSE 0 END AS BIGNUMERIC)) AS `reactivated_accounts`,
  SUM(CAST(CASE WHEN `_kind` = 5 THEN `_change` ELSE 0 END AS BIGNUMERIC)) AS `reactivated`
FROM (
  SELECT
    `_period`,
    `_mrr` - `_mrr_before` AS `_change`,
    CASE
      WHEN `_mrr` = `_mrr_before`
      THEN 0
      WHEN `_mrr_before` = 0 AND `_paid` = 1
      THEN 1
      WHEN `_mrr_before` = 0
      THEN 5
      WHEN `_mrr` = 0
      THEN 4
      WHEN `_mrr` > `_mrr_before`
      THEN 2
      ELSE 3
    END AS `_kind`
  FROM `changes_accounts` AS `changes`
) AS `moved`
GROUP BY
  `_period`;

-- accounts: customers kept by month
/* By period: customers who had a subscription at its start and none at its end, and those who had none and one. */
SELECT
  `_period`,
  SUM(
    CAST(CASE WHEN `_running_before` > 0 AND `_running` = 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `lost`,
  SUM(
    CAST(CASE WHEN `_running_before` = 0 AND `_running` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `gained`
FROM `changes_accounts` AS `changes`
GROUP BY
  `_period`;

-- accounts: customers kept by quarter
/* By period: customers who had a subscription at its start and none at its end, and those who had none and one. */
SELECT
  `_period`,
  SUM(
    CAST(CASE WHEN `_running_before` > 0 AND `_running` = 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `lost`,
  SUM(
    CAST(CASE WHEN `_running_before` = 0 AND `_running` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `gained`
FROM (
  /* One row a customer and period with a movement: running subscriptions and money a month before it and at its end, and at */
  /* the ends of how many of these periods, up to this one, they paid more than nothing (_paid). */
  /* _period: whole periods of the even calendar, so many months each. */
  SELECT
    `_unit`,
    `_period`,
    `_running` - `_more` AS `_running_before`,
    `_running`,
    `_mrr` - `_grown` AS `_mrr_before`,
    `_mrr`,
    SUM(CAST(CASE WHEN `_mrr` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS `_paid`
  FROM (
    SELECT
      `_unit`,
      `_period`,
      `_more`,
      `_grown`,
      CAST(SUM(CAST(`_more` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_running`,
      CAST(SUM(CAST(`_grown` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_mrr`
    FROM (
      SELECT
        `_unit`,
        `_period`,
        CAST(SUM(CAST(`_running` AS BIGNUMERIC)) AS INT64) AS `_more`,
        CAST(SUM(CAST(`_mrr` AS BIGNUMERIC)) AS INT64) AS `_grown`
      FROM (
        SELECT
          `_unit`,
          DIV(`_even`, 8035200000000) AS `_period`,
          `_running`,
          `_mrr`
        FROM `movements_accounts` AS `movements`
        WHERE
          `_at` < 1767225600000000 /* 2026-01-01T00:00:00Z */
      ) AS `moved`
      GROUP BY
        `_unit`,
        `_period`
    ) AS `summed`
  ) AS `reached`
) AS `changes`
GROUP BY
  `_period`;

-- accounts: customers kept by year
/* By period: customers who had a subscription at its start and none at its end, and those who had none and one. */
SELECT
  `_period`,
  SUM(
    CAST(CASE WHEN `_running_before` > 0 AND `_running` = 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `lost`,
  SUM(
    CAST(CASE WHEN `_running_before` = 0 AND `_running` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `gained`
FROM (
  /* One row a customer and period with a movement: running subscriptions and money a month before it and at its end, and at */
  /* the ends of how many of these periods, up to this one, they paid more than nothing (_paid). */
  /* _period: whole periods of the even calendar, so many months each. */
  SELECT
    `_unit`,
    `_period`,
    `_running` - `_more` AS `_running_before`,
    `_running`,
    `_mrr` - `_grown` AS `_mrr_before`,
    `_mrr`,
    SUM(CAST(CASE WHEN `_mrr` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS `_paid`
  FROM (
    SELECT
      `_unit`,
      `_period`,
      `_more`,
      `_grown`,
      CAST(SUM(CAST(`_more` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_running`,
      CAST(SUM(CAST(`_grown` AS BIGNUMERIC)) OVER (PARTITION BY `_unit` ORDER BY `_period`) AS INT64) AS `_mrr`
    FROM (
      SELECT
        `_unit`,
        `_period`,
        CAST(SUM(CAST(`_running` AS BIGNUMERIC)) AS INT64) AS `_more`,
        CAST(SUM(CAST(`_mrr` AS BIGNUMERIC)) AS INT64) AS `_grown`
      FROM (
        SELECT
          `_unit`,
          DIV(`_even`, 32140800000000) AS `_period`,
          `_running`,
          `_mrr`
        FROM `movements_accounts` AS `movements`
        WHERE
          `_at` < 1767225600000000 /* 2026-01-01T00:00:00Z */
      ) AS `moved`
      GROUP BY
        `_unit`,
        `_period`
    ) AS `summed`
  ) AS `reached`
) AS `changes`
GROUP BY
  `_period`;

-- accounts: cohorts
/* Customers by the month of their first start. */
SELECT
  DIV(`_first`, 2678400000000) AS `_cohort`,
  COUNT(*) AS `customers`
FROM `customers_accounts` AS `customers`
GROUP BY
  DIV(`_first`, 2678400000000);

-- accounts: cohorts by month
/* By month of the first start and month: how many more customers had a subscription at its end than before it, and how much */
/* more they paid a month. */
SELECT
  DIV(`customers`.`_first`, 2678400000000) AS `_cohort`,
  `changes`.`_period`,
  SUM(
    CAST(CASE WHEN `changes`.`_running` > 0 THEN 1 ELSE 0 END - CASE WHEN `changes`.`_running_before` > 0 THEN 1 ELSE 0 END AS BIGNUMERIC)
  ) AS `active`,
  SUM(CAST(`changes`.`_mrr` - `changes`.`_mrr_before` AS BIGNUMERIC)) AS `mrr`
FROM `changes_accounts` AS `changes`
JOIN `customers_accounts` AS `customers`
  ON `customers`.`_unit` = `changes`.`_unit`
GROUP BY
  DIV(`customers`.`_first`, 2678400000000),
  `changes`.`_period`;

-- accounts: revenue kept
/* By group: customers who paid more than nothing just before an instant (_low), and sums of what they paid a month then */
/* (_before), just before a later one (_high; _after), the smaller of both (_same), and of their products. */
SELECT
  `_study`,
  `_arm`,
  `_by__plan`,
  `_by_country`,
  `_by_started`,
  COUNT(*) AS `accounts`,
  SUM(CAST(`_before` AS BIGNUMERIC)) AS `start`,
  SUM(CAST(`_after` AS BIGNUMERIC)) AS `ending`,
  SUM(CAST(`_same` AS BIGNUMERIC)) AS `kept`,
  SUM(CAST(`_before` * `_before` AS BIGNUMERIC)) AS `start_start`,
  SUM(CAST(`_after` * `_after` AS BIGNUMERIC)) AS `ending_ending`,
  SUM(CAST(`_same` * `_same` AS BIGNUMERIC)) AS `kept_kept`,
  SUM(CAST(`_before` * `_after` AS BIGNUMERIC)) AS `start_ending`,
  SUM(CAST(`_before` * `_same` AS BIGNUMERIC)) AS `start_kept`
FROM (
  SELECT
    *,
    CASE WHEN `_after` < `_before` THEN `_after` ELSE `_before` END AS `_same`
  FROM (
    SELECT
      `instants`.`_study`,
      `instants`.`_unit`,
      `instants`.`_arm`,
      `_by__plan`,
      `_by_country`,
      `_by_started`,
      CAST(SUM(
        CAST(CASE WHEN `movements`.`_at` < `instants`.`_low` THEN `movements`.`_mrr` ELSE 0 END AS BIGNUMERIC)
      ) AS BIGNUMERIC) AS `_before`,
      CAST(SUM(CAST(`movements`.`_mrr` AS BIGNUMERIC)) AS BIGNUMERIC) AS `_after`
    FROM (
      /* All customers, as if in one study. */
      SELECT
        0 AS `_study`,
        *,
        1740787200000000 AS `_low`, /* 2025-03-01T00:00:00Z */
        1772323200000000 AS `_high` /* 2026-03-01T00:00:00Z */
      FROM `customers_accounts`
    ) AS `instants`
    JOIN `movements_accounts` AS `movements`
      ON `movements`.`_unit` = `instants`.`_unit`
    WHERE
      `movements`.`_at` < `instants`.`_high`
    GROUP BY
      `instants`.`_study`,
      `instants`.`_unit`,
      `instants`.`_arm`,
      `instants`.`_by__plan`,
      `instants`.`_by_country`,
      `instants`.`_by_started`
  ) AS `paid`
  WHERE
    `_before` > 0
) AS `compared`
GROUP BY
  GROUPING SETS (
    (`_study`, `_arm`),
    (`_study`, `_arm`, `_by__plan`),
    (`_study`, `_arm`, `_by_country`),
    (`_study`, `_arm`, `_by_started`)
  );

-- accounts: lifespans
/* Customers by group, whether they left (1) or go on (0), and month since their clock started: who left in the month t, in */
/* (t - 1, t], counts at t; of others, and of those who left in a month that was not yet whole, the whole months until now. */
SELECT
  `_study`,
  `_arm`,
  `_by__plan`,
  `_by_country`,
  `_by_started`,
  `_gone`,
  `_step`,
  COUNT(*) AS `units`
FROM (
  SELECT
    *,
    CASE WHEN `_taken` <= `_seen` THEN 1 ELSE 0 END AS `_gone`,
    CASE WHEN `_taken` <= `_seen` THEN `_taken` ELSE `_seen` END AS `_step`
  FROM (
    SELECT
      *,
      CASE
        WHEN `_last` = `_first`
        THEN 1
        ELSE DIV((
          `_last` - `_first` + 2678400000000 - 1
        ), 2678400000000)
      END AS `_taken`,
      DIV((
        65123827200000000 - `_first`
      ), 2678400000000) AS `_seen`
    FROM (
      /* All customers, as if in one study. */
      SELECT
        0 AS `_study`,
        *
      FROM `customers_accounts`
    ) AS `clocks`
  ) AS `timed`
) AS `stepped`
GROUP BY
  GROUPING SETS (
    (`_study`, `_arm`, `_gone`, `_step`),
    (`_study`, `_arm`, `_by__plan`, `_gone`, `_step`),
    (`_study`, `_arm`, `_by_country`, `_gone`, `_step`),
    (`_study`, `_arm`, `_by_started`, `_gone`, `_step`)
  );

-- accounts: revenue kept by arm
/* By group: customers who paid more than nothing just before an instant (_low), and sums of what they paid a month then */
/* (_before), just before a later one (_high; _after), the smaller of both (_same), and of their products. */
SELECT
  `_study`,
  `_arm`,
  COUNT(*) AS `accounts`,
  SUM(CAST(`_before` AS BIGNUMERIC)) AS `start`,
  SUM(CAST(`_after` AS BIGNUMERIC)) AS `ending`,
  SUM(CAST(`_same` AS BIGNUMERIC)) AS `kept`,
  SUM(CAST(`_before` * `_before` AS BIGNUMERIC)) AS `start_start`,
  SUM(CAST(`_after` * `_after` AS BIGNUMERIC)) AS `ending_ending`,
  SUM(CAST(`_same` * `_same` AS BIGNUMERIC)) AS `kept_kept`,
  SUM(CAST(`_before` * `_after` AS BIGNUMERIC)) AS `start_ending`,
  SUM(CAST(`_before` * `_same` AS BIGNUMERIC)) AS `start_kept`
FROM (
  SELECT
    *,
    CASE WHEN `_after` < `_before` THEN `_after` ELSE `_before` END AS `_same`
  FROM (
    SELECT
      `instants`.`_study`,
      `instants`.`_unit`,
      `instants`.`_arm`,
      CAST(SUM(
        CAST(CASE WHEN `movements`.`_at` < `instants`.`_low` THEN `movements`.`_mrr` ELSE 0 END AS BIGNUMERIC)
      ) AS BIGNUMERIC) AS `_before`,
      CAST(SUM(CAST(`movements`.`_mrr` AS BIGNUMERIC)) AS BIGNUMERIC) AS `_after`
    FROM (
      /* Units that were observed for the whole window. */
      SELECT
        *,
        `_at` AS `_low`,
        `_at` + 7776000000000 /* 90d */ AS `_high`
      FROM (
        SELECT
          `_study`,
          `_unit`,
          `_arm`,
          `_start` AS `_at`
        FROM (
          SELECT
            0 AS `_study`,
            `_unit`,
            `_arm`,
            `_start`
          FROM `cohort_offer`
        ) AS `cohort`
      ) AS `units`
      WHERE
        `_at` <= 1765756800000000 /* 2025-12-15T00:00:00Z */
    ) AS `instants`
    JOIN `movements_accounts` AS `movements`
      ON `movements`.`_unit` = `instants`.`_unit`
    WHERE
      `movements`.`_at` < `instants`.`_high`
    GROUP BY
      `instants`.`_study`,
      `instants`.`_unit`,
      `instants`.`_arm`
  ) AS `paid`
  WHERE
    `_before` > 0
) AS `compared`
GROUP BY
  `_study`,
  `_arm`;

-- accounts: lifespans by arm
/* Customers by group, whether they left (1) or go on (0), and month since their clock started: who left in the month t, in */
/* (t - 1, t], counts at t; of others, and of those who left in a month that was not yet whole, the whole months until now. */
SELECT
  `_study`,
  `_arm`,
  `_gone`,
  `_step`,
  COUNT(*) AS `units`
FROM (
  SELECT
    *,
    CASE WHEN `_taken` <= `_seen` THEN 1 ELSE 0 END AS `_gone`,
    CASE WHEN `_taken` <= `_seen` THEN `_taken` ELSE `_seen` END AS `_step`
  FROM (
    SELECT
      *,
      CASE
        WHEN `_last` = `_first`
        THEN 1
        ELSE DIV((
          `_last` - `_first` + 2678400000000 - 1
        ), 2678400000000)
      END AS `_taken`,
      DIV((
        65123827200000000 - `_first`
      ), 2678400000000) AS `_seen`
    FROM (
      /* One row a unit of a study that had a subscription at its start or later: when it had the first such one, on the even */
      /* calendar, and when its last one ended (NULL where one goes on). */
      SELECT
        `_study`,
        `_unit`,
        `_arm`,
        CASE WHEN `_running` > 0 THEN `_even` ELSE `_next` END AS `_first`,
        `_last`
      FROM (
        SELECT
          `cohort`.`_study`,
          `cohort`.`_unit`,
          `cohort`.`_arm`,
          `cohort`.`_even`,
          `customers`.`_last`,
          SUM(
            CAST(CASE WHEN `movements`.`_at` < `cohort`.`_at` THEN `movements`.`_running` ELSE 0 END AS BIGNUMERIC)
          ) AS `_running`,
          MIN(
            CASE
              WHEN `movements`.`_at` >= `cohort`.`_at` AND `movements`.`_running` > 0
              THEN `movements`.`_even`
            END
          ) AS `_next`
        FROM (
          /* Rows with their instant on the even calendar, where every month has 31 days: 31 days for each month of the years and of */
          /* the year before it, and what has passed of its month. Days are counted from 1 March of the year 0: leap days come last. */
          SELECT
            `_study`,
            `_unit`,
            `_arm`,
            `_at`,
            `_at` + 86400000000 * (
              31 * (
                12 * (
                  100 * `_century` + `_year`
                ) + DIV((
                  5 * `_yday` + 2
                ), 153) + 2
              ) + `_yday` - DIV((
                153 * (
                  DIV((
                    5 * `_yday` + 2
                  ), 153)
                ) + 2
              ), 5) - `_day` + 719468
            ) AS `_even`
          FROM (
            SELECT
              *,
              `_cday` - DIV((
                1461 * `_year`
              ), 4) AS `_yday`
            FROM (
              SELECT
                *,
                DIV((
                  4 * `_cday` + 3
                ), 1461) AS `_year`
              FROM (
                SELECT
                  *,
                  `_day` - DIV((
                    146097 * `_century`
                  ), 4) AS `_cday`
                FROM (
                  SELECT
                    *,
                    DIV((
                      4 * `_day` + 3
                    ), 146097) AS `_century`
                  FROM (
                    SELECT
                      *,
                      DIV((
                        `_at` + 62162035200000000
                      ), 86400000000) AS `_day`
                    FROM (
                      SELECT
                        `_study`,
                        `_unit`,
                        `_arm`,
                        `_start` AS `_at`
                      FROM (
                        SELECT
                          0 AS `_study`,
                          `_unit`,
                          `_arm`,
                          `_start`
                        FROM `cohort_offer`
                      ) AS `cohort`
                    ) AS `rows`
                  ) AS `days`
                ) AS `centuries`
              ) AS `within_centuries`
            ) AS `years`
          ) AS `within_years`
        ) AS `cohort`
        JOIN `customers_accounts` AS `customers`
          ON `customers`.`_unit` = `cohort`.`_unit`
        JOIN `movements_accounts` AS `movements`
          ON `movements`.`_unit` = `cohort`.`_unit`
        GROUP BY
          `cohort`.`_study`,
          `cohort`.`_unit`,
          `cohort`.`_arm`,
          `cohort`.`_even`,
          `customers`.`_last`
      ) AS `begun`
      WHERE
        `_running` > 0 OR NOT `_next` IS NULL
    ) AS `clocks`
  ) AS `timed`
) AS `stepped`
GROUP BY
  `_study`,
  `_arm`,
  `_gone`,
  `_step`;
