-- By month (twelve times the year, and the months before it): accounts whose money a month changed, and by how much.
SELECT
    _period,
    sum(CASE WHEN _kind = 1 THEN 1 ELSE 0 END) AS new_accounts,
    sum(CASE WHEN _kind = 1 THEN _change ELSE 0 END) AS new,
    sum(CASE WHEN _kind = 2 THEN 1 ELSE 0 END) AS expansion_accounts,
    sum(CASE WHEN _kind = 2 THEN _change ELSE 0 END) AS expansion,
    sum(CASE WHEN _kind = 3 THEN 1 ELSE 0 END) AS contraction_accounts,
    sum(CASE WHEN _kind = 3 THEN -_change ELSE 0 END) AS contraction,
    sum(CASE WHEN _kind = 4 THEN 1 ELSE 0 END) AS churned_accounts,
    sum(CASE WHEN _kind = 4 THEN -_change ELSE 0 END) AS churned,
    sum(CASE WHEN _kind = 5 THEN 1 ELSE 0 END) AS reactivated_accounts,
    sum(CASE WHEN _kind = 5 THEN _change ELSE 0 END) AS reactivated
FROM (
    SELECT
        _period,
        _mrr - _mrr_before AS _change,
        CASE
            WHEN _mrr = _mrr_before THEN 0
            WHEN _mrr_before = 0 AND _paid = 1 THEN 1
            WHEN _mrr_before = 0 THEN 5
            WHEN _mrr = 0 THEN 4
            WHEN _mrr > _mrr_before THEN 2
            ELSE 3
        END AS _kind
    FROM changes
) AS moved
GROUP BY _period
