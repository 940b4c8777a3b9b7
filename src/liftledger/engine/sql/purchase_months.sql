-- Customers who bought in a calendar month, by month of their first purchase and the last month before this one in which
-- they bought (NULL: none), and what they spent in it; months are counted from January of the year 0 on.
-- A year that begins in March has its leap day last: its months then begin at (153 * month + 2) // 5 days, and the years
-- of an era of 400 at 365 * year + year // 4 - year // 100.
SELECT
    first,
    previous,
    month,
    count(*) AS customers,
    sum(amount) AS amount
FROM (
    SELECT
        month,
        amount,
        min(month) OVER (PARTITION BY unit) AS first,
        max(month) OVER (
            PARTITION BY unit ORDER BY month RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous
    FROM (
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
    ) AS months
) AS ordered
GROUP BY first, previous, month
