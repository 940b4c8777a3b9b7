-- Each text of a column once, the empty one for none.
SELECT DISTINCT $text AS text
FROM fact
