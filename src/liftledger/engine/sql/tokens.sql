-- How many rows each day has, and what stands for them: a sum of numbers from their contents, the same in any order of
-- rows, or when the last of them arrived.
SELECT
    _day,
    count(*) AS rows,
    $mark AS mark
FROM fact
GROUP BY _day
