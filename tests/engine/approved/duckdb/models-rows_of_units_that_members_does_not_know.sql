/* Rows of units that the table of such units does not know. */
SELECT
  COUNT(*) AS rows
FROM fact_models AS fact
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM fact_members AS known
    WHERE
      known._unit = fact._unit
  );
