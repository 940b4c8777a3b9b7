/* Fingerprint of a column of text: over all rows, the first 8 hexadecimal digits of the MD5 of its text, as a number. */
SELECT
  COALESCE(SUM(CAST('0x' || SUBSTRING(MD5(text), 1, 8) AS BIGINT) * rows), 0) AS total
FROM (
  SELECT
    "account" AS text,
    COUNT(*) AS rows
  FROM fact_users AS fact
  GROUP BY
    "account"
) AS counted;
