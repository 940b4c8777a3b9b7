-- Rows that are purchases in steps that were observed to their end, those of them below 0, and rows since.
SELECT
    count(CASE WHEN $observed THEN 1 END) AS rows_observed,
    count(CASE WHEN $observed AND amount < 0 THEN 1 END) AS rows_negative,
    count(CASE WHEN NOT $observed AND $before THEN 1 END) AS rows_unfinished
FROM fact
