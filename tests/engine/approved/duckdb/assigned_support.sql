CREATE OR REPLACE TEMPORARY VIEW assigned_support AS
SELECT
  *
FROM seen_support;
