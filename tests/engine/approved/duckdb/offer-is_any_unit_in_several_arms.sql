/* 1 where any unit was seen in several arms, else 0. */
SELECT
  COALESCE(MAX(contaminated), 0) AS "any_unit"
FROM seen_assigned_offer;
