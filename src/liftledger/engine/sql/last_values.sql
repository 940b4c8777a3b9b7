-- One row a unit with a row at or before its start: the value of the last; of rows at one instant, the largest.
SELECT
    last.unit AS _unit,
    max($value) AS value
FROM (
    SELECT
        began.unit,
        max(fact._at) AS at
    FROM began
    JOIN fact ON fact._unit = began.unit
    WHERE fact._at <= began.start
    GROUP BY began.unit
) AS last
JOIN fact ON fact._unit = last.unit AND fact._at = last.at
GROUP BY last.unit
