CREATE OR REPLACE TEMPORARY TABLE seen_assigned_offer AS
/* One row a unit: when it was first assigned, to which arm, and whether it is contaminated, which means seen in several */
/* arms. Of those the arm is the lowest for now. */
SELECT
  unit,
  MIN("at") AS start,
  MIN(arm) AS arm,
  CASE WHEN MIN(arm) = MAX(arm) THEN 0 ELSE 1 END AS contaminated
FROM (
  /* Every row that assigns a unit to an arm of the study; arms are numbered, the control is 0. */
  SELECT
    fact._unit AS unit,
    fact._at AS "at",
    CASE WHEN fact."arm" = 'a' THEN 0 WHEN fact."arm" = 'b' THEN 1 END AS arm
  FROM fact_enrolled AS fact
  WHERE
    fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
) AS assignments
GROUP BY
  unit;
