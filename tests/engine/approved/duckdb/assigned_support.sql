CREATE OR REPLACE TEMPORARY VIEW assigned_support AS
/* No unit was seen in several arms: each keeps the arm that it was seen in. */
SELECT
  *
FROM seen_assigned_support;
