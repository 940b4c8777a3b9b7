CREATE OR REPLACE TEMPORARY VIEW assigned_offer AS
/* No unit was seen in several arms: each keeps the arm that it was seen in. */
SELECT
  *
FROM seen_assigned_offer;
