/* Rows of units that the table of such units does not know, and the fingerprint of the column of units: the sum over all */
/* rows of a number from the unit, which is the first 8 hexadecimal digits of its MD5. */
SELECT
  COALESCE(SUM(CASE WHEN known._unit IS NULL THEN rows ELSE 0 END), 0) AS unknown,
  COALESCE(SUM(CAST('0x' || SUBSTRING(MD5(counted._unit), 1, 8) AS BIGINT) * rows), 0) AS total
FROM (
  SELECT
    _unit,
    COUNT(*) AS rows
  FROM fact_enrolled AS fact
  GROUP BY
    _unit
) AS counted
LEFT JOIN fact_people AS known
  ON known._unit = counted._unit;
