-- One row about a fact: its rows, their span, and the exact sums of the columns that definitions use. Ids and units are
-- counted once each where none may repeat; elsewhere they are the rows.
SELECT
    count(*) AS rows,
    $measured
FROM fact
