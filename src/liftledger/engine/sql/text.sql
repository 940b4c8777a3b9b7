-- Fingerprint of a column of text: over all rows, the first 8 hexadecimal digits of the MD5 of its text, as a number.
SELECT
    coalesce(sum(cast('0x' || substring(md5(text), 1, 8) AS BIGINT) * rows), 0) AS total
FROM (
    SELECT
        $text AS text,
        count(*) AS rows
    FROM fact
    GROUP BY $text
) AS counted
