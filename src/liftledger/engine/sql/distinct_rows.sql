-- Rows that fit, each once: rows that repeat in every column that is used are one row.
SELECT DISTINCT $columns
FROM fact
WHERE $fits
