-- By month of the first purchase and months since: customers who bought, and what they spent.
SELECT
    began.month AS first,
    months.month - began.month AS since,
    count(*) AS customers,
    sum(months.amount) AS amount
FROM months
JOIN (
    SELECT
        unit,
        min(month) AS month
    FROM months
    GROUP BY unit
) AS began ON began.unit = months.unit
GROUP BY began.month, months.month - began.month
