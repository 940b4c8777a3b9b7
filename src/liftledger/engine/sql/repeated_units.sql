-- Units with several rows where each must have one.
SELECT
    _unit,
    count(*) AS rows
FROM fact
GROUP BY _unit
HAVING count(*) > 1
