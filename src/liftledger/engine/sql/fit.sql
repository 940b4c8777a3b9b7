-- Rows that do not fit the definition.
SELECT count(*) AS unfit
FROM fact
WHERE NOT $fits
