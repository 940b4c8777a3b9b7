-- By group: customers who paid more than nothing just before an instant (_low), and sums of what they paid a month then
-- (_before), just before a later one (_high; _after), the smaller of both (_same), and of their products.
SELECT
    _study,
    _arm,
    $dimensions,
    count(*) AS accounts,
    sum(_before) AS start,
    sum(_after) AS ending,
    sum(_same) AS kept,
    sum(_before * _before) AS start_start,
    sum(_after * _after) AS ending_ending,
    sum(_same * _same) AS kept_kept,
    sum(_before * _after) AS start_ending,
    sum(_before * _same) AS start_kept
FROM (
    SELECT
        *,
        CASE WHEN _after < _before THEN _after ELSE _before END AS _same
    FROM (
        SELECT
            instants._study,
            instants._unit,
            instants._arm,
            $dimensions,
            cast(sum(CASE WHEN movements._at < instants._low THEN movements._mrr ELSE 0 END) AS DECIMAL(38, 0)) AS _before,
            cast(sum(movements._mrr) AS DECIMAL(38, 0)) AS _after
        FROM instants
        JOIN movements ON movements._unit = instants._unit
        WHERE movements._at < instants._high
        GROUP BY instants._study, instants._unit, instants._arm, $keys
    ) AS paid
    WHERE _before > 0
) AS compared
GROUP BY $sets
