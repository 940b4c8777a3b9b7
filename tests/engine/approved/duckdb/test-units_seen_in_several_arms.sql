/* For units seen in several arms: by first arm and UTC day (microseconds), when another arm was first seen. */
SELECT
  _arm AS arm,
  _other - _other % 86400000000 AS day,
  COUNT(*) AS units
FROM (
  /* One row a unit that was seen in several arms: its first arm, and when another was first seen. */
  SELECT
    assigned.unit AS _unit,
    MIN(assigned.arm) AS _arm,
    MIN(assignments."at") AS _other
  FROM assigned_test AS assigned
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
    ON assignments.unit = assigned.unit
  WHERE
    assigned.contaminated = 1 AND assignments.arm <> assigned.arm
  GROUP BY
    assigned.unit
) AS crossed
GROUP BY
  _arm,
  _other - _other % 86400000000;
