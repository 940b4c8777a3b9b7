-- Units with values that several of their rows have in common, and that differ where they should.
SELECT
    $keys
FROM fact
GROUP BY $keys
HAVING $several
