-- Rows that two tables with one row a unit have in common.
SELECT count(*) AS units
FROM before
JOIN now ON $same
