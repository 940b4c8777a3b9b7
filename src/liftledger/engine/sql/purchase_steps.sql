-- One row a unit and step of the grid: when its first row was, and what its rows add up to.
SELECT
    _unit AS unit,
    min(_at) AS at,
    CAST(sum(amount) AS BIGINT) AS amount,
    $arm
FROM (
    SELECT
        fact._unit,
        fact._at,
        fact.amount,
        $arm_of_row,
        $step AS step
    FROM fact
    WHERE $observed
) AS stepped
GROUP BY _unit, step
