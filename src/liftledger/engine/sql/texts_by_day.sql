-- Fingerprint of a column of text, by day: the sum over all rows of a number from the text, which is the first 8
-- hexadecimal digits of its MD5.
SELECT
    _day,
    coalesce(sum(cast('0x' || substring(md5(text), 1, 8) AS BIGINT) * rows), 0) AS total
FROM counted
GROUP BY _day
