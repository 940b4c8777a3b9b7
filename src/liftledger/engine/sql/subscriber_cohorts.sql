-- By month of the first start and month: how many more customers had a subscription at its end than before it, and how much
-- more they paid a month.
SELECT
    customers._first // $month AS _cohort,
    changes._period,
    sum(
        CASE WHEN changes._running > 0 THEN 1 ELSE 0 END - CASE WHEN changes._running_before > 0 THEN 1 ELSE 0 END
    ) AS active,
    sum(changes._mrr - changes._mrr_before) AS mrr
FROM changes
JOIN customers ON customers._unit = changes._unit
GROUP BY customers._first // $month, changes._period
