/* By month (twelve times the year, and the months before it): accounts whose money a month changed, and by how much. */
SELECT
  _period,
  SUM(CASE WHEN _kind = 1 THEN 1 ELSE 0 END) AS new_accounts,
  SUM(CASE WHEN _kind = 1 THEN _change ELSE 0 END) AS new,
  SUM(CASE WHEN _kind = 2 THEN 1 ELSE 0 END) AS expansion_accounts,
  SUM(CASE WHEN _kind = 2 THEN _change ELSE 0 END) AS expansion,
  SUM(CASE WHEN _kind = 3 THEN 1 ELSE 0 END) AS contraction_accounts,
  SUM(CASE WHEN _kind = 3 THEN -_change ELSE 0 END) AS contraction,
  SUM(CASE WHEN _kind = 4 THEN 1 ELSE 0 END) AS churned_accounts,
  SUM(CASE WHEN _kind = 4 THEN -_change ELSE 0 END) AS churned,
  SUM(CASE WHEN _kind = 5 THEN 1 ELSE 0 END) AS reactivated_accounts,
  SUM(CASE WHEN _kind = 5 THEN _change ELSE 0 END) AS reactivated
FROM (
  SELECT
    _period,
    _mrr - _mrr_before AS _change,
    CASE
      WHEN _mrr = _mrr_before
      THEN 0
      WHEN _mrr_before = 0 AND _paid = 1
      THEN 1
      WHEN _mrr_before = 0
      THEN 5
      WHEN _mrr = 0
      THEN 4
      WHEN _mrr > _mrr_before
      THEN 2
      ELSE 3
    END AS _kind
  FROM changes_accounts AS changes
) AS moved
GROUP BY
  _period;
