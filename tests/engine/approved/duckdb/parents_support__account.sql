CREATE OR REPLACE TEMPORARY TABLE parents_support__account AS
/* One row a parent (an account): the arm and start of its first unit, and whether its units are in several arms. */
/* Time and arm are packed into one integer (time * arms + arm), so that the smallest is the first assignment, of several */
/* at one instant the lowest arm; without the time, the arm is left. */
SELECT
  link."account" AS unit,
  MIN(cohort._start * 2 + cohort._arm) - MIN(cohort._start) * 2 AS arm,
  MIN(cohort._start) AS start,
  CASE WHEN MIN(cohort._arm) = MAX(cohort._arm) THEN 0 ELSE 1 END AS contaminated
FROM cohort_support AS cohort
JOIN fact_members AS link
  ON link._unit = cohort._unit
WHERE
  NOT link."account" IS NULL
GROUP BY
  link."account";
