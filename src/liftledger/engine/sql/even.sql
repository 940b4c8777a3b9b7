-- Rows with their instant on the even calendar, where every month has 31 days: 31 days for each month of the years and of
-- the year before it, and what has passed of its month. Days are counted from 1 March of the year 0: leap days come last.
SELECT
    $columns,
    _at + 86400000000 * (
        31 * (12 * (100 * _century + _year) + (5 * _yday + 2) // 153 + 2)
        + _yday - (153 * ((5 * _yday + 2) // 153) + 2) // 5
        - _day + 719468
    ) AS _even
FROM (
    SELECT
        *,
        _cday - (1461 * _year) // 4 AS _yday
    FROM (
        SELECT
            *,
            (4 * _cday + 3) // 1461 AS _year
        FROM (
            SELECT
                *,
                _day - (146097 * _century) // 4 AS _cday
            FROM (
                SELECT
                    *,
                    (4 * _day + 3) // 146097 AS _century
                FROM (
                    SELECT
                        *,
                        (_at + 62162035200000000) // 86400000000 AS _day
                    FROM rows
                ) AS days
            ) AS centuries
        ) AS within_centuries
    ) AS years
) AS within_years
