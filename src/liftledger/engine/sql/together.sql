-- Units and values that several rows have in common, which differ where they should.
SELECT
    $keys
FROM fact
GROUP BY $keys
HAVING count(*) > 1 AND $differ
