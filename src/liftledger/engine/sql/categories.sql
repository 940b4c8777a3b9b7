-- Each text of a column once, '' for none.
SELECT DISTINCT $text AS text
FROM fact
