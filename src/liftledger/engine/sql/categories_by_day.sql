-- Each text of a column once a day, the empty one for none.
SELECT DISTINCT
    _day,
    $text AS text
FROM fact
