CREATE OR REPLACE TEMPORARY TABLE cohort_offer AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start
FROM assigned_offer AS began;
