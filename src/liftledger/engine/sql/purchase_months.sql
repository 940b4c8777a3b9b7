-- One row a customer and calendar month with purchases; months are counted from January of the year 0 on.
-- A year that begins in March has its leap day last: its months then lie at (153 * month + 2) // 5 days, and the years of
-- an era of 400 at 365 * year + year // 4 - year // 100.
SELECT
    unit,
    month,
    CAST(sum(amount) AS BIGINT) AS amount
FROM (
    SELECT
        unit,
        amount,
        (era * 400 + year) * 12 + (5 * (day - (365 * year + year // 4 - year // 100)) + 2) // 153 + 2 AS month
    FROM (
        SELECT
            unit,
            amount,
            era,
            day,
            (day - day // 1460 + day // 36524 - day // 146096) // 365 AS year
        FROM (
            SELECT
                unit,
                amount,
                days // 146097 AS era,
                days % 146097 AS day
            FROM (
                SELECT
                    unit,
                    amount,
                    (at + $shift) // $day AS days
                FROM bought
            ) AS counted
        ) AS eras
    ) AS years
) AS dated
GROUP BY unit, month
