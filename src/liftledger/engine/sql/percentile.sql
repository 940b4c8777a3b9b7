-- An exact percentile, in ten-thousandths, of the values of a measure other than 0: the smallest value whose cumulative
-- count reaches its rank.
SELECT
    _study,
    min(CASE WHEN reached * 10000 >= whole * $percentile THEN value END) AS cap
FROM (
    SELECT
        _study,
        value,
        sum(units) OVER (PARTITION BY _study ORDER BY value) AS reached,
        sum(units) OVER (PARTITION BY _study) AS whole
    FROM (
        SELECT
            _study,
            $value AS value,
            count(*) AS units
        FROM units
        WHERE $value <> 0
        GROUP BY _study, $value
    ) AS counted
) AS ranked
GROUP BY _study
