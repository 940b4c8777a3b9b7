CREATE OR REPLACE TEMPORARY TABLE above_support__account AS
/* One row a unit that is analysed: its arm, when its clock starts, and its attributes (empty where unknown). */
SELECT
  began.unit AS _unit,
  began.arm AS _arm,
  began.start AS _start,
  '2026-01' AS _by_started
FROM parents_support__account AS began;
