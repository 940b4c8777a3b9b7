-- Rows, marked where a rule could find several of a unit that go together, and where a unit has several at one instant.
SELECT
    fact.*,
    $several AS _several,
    NOT tied._unit IS NULL AS _tied
FROM fact
LEFT JOIN (
    SELECT
        _unit,
        _at
    FROM fact
    GROUP BY _unit, _at
    HAVING count(*) > 1
) AS tied ON tied._unit = fact._unit AND tied._at = fact._at
