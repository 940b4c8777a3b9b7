-- Of the rows that a rule could concern, those that continue no earlier row of their unit. The rows of a unit have turns: by
-- time and, where several are tied at one instant, by content; texts by their MD5, for engines order text differently.
-- _earlier_n: how many rows before its turn it continues by rule n. Those are the rows with the same values, less those
-- that lie too far back, less those that do not differ where they should.
SELECT
    $columns
FROM (
    SELECT
        *,
        $earlier
    FROM (
        SELECT
            several.*,
            $turn AS _turn
        FROM (
            SELECT
                marked.*,
                NOT tied._unit IS NULL AS _tied
            FROM marked
            LEFT JOIN (
                SELECT
                    _unit,
                    _at
                FROM marked
                WHERE _several
                GROUP BY _unit, _at
                HAVING count(*) > 1
            ) AS tied ON tied._unit = marked._unit AND tied._at = marked._at
            WHERE marked._several
        ) AS several
    ) AS turned
) AS counted
WHERE $counts
