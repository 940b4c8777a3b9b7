-- One row about a fact: its rows, their span, and the exact sums of the columns that definitions use.
SELECT
    count(*) AS rows,
    $measured
FROM fact
