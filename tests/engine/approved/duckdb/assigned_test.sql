CREATE OR REPLACE TEMPORARY TABLE assigned_test AS
/* Units seen in several arms keep their first; of two at the same instant, the control. */
SELECT
  assigned.unit AS unit,
  assigned.start AS start,
  COALESCE(firsts.arm, assigned.arm) AS arm,
  assigned.contaminated AS contaminated
FROM seen_assigned_test AS assigned
LEFT JOIN (
  SELECT
    crossing.unit,
    MIN(assignments.arm) AS arm
  FROM seen_assigned_test AS crossing
  JOIN (
    /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
    SELECT
      fact._unit AS unit,
      fact._at AS "at",
      CASE WHEN fact."arm" = 'standard' THEN 0 WHEN fact."arm" = 'new "one"' THEN 1 END AS arm
    FROM fact_seen AS fact
    WHERE
      fact."page" = 'home'
      AND fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
      AND fact._at >= 1767225600000000 /* 2026-01-01T00:00:00Z */
  ) AS assignments
    ON assignments.unit = crossing.unit AND assignments."at" = crossing.start
  WHERE
    crossing.contaminated = 1
  GROUP BY
    crossing.unit
) AS firsts
  ON firsts.unit = assigned.unit;
