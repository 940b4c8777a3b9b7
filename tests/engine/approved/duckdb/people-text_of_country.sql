/* Fingerprint of a column of text, the same in any order of rows: the sum over all rows of a number from the text, which is */
/* the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT) * rows), 0) AS total
FROM (
  SELECT
    "country" AS text,
    COUNT(*) AS rows
  FROM fact_people AS fact
  GROUP BY
    "country"
) AS counted;
