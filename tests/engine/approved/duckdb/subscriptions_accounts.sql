CREATE OR REPLACE TEMPORARY TABLE subscriptions_accounts AS
/* One row a subscription: when it starts and ends (NULL: it goes on), money a month (0 where blank), and what becomes of it. */
/* _outcome: 0 counted, 1 starts too late to count, 2 ends before it starts, 3 costs less than nothing. */
SELECT
  _unit,
  _at,
  CASE WHEN _until < 1773532800000000 /* 2026-03-15T00:00:00Z */ THEN _until END AS _ends,
  COALESCE(_amount, 0) AS _mrr,
  CASE WHEN _amount IS NULL THEN 1 ELSE 0 END AS _blank,
  CASE
    WHEN _at >= 1773532800000000 /* 2026-03-15T00:00:00Z */
    THEN 1
    WHEN _until < _at
    THEN 2
    WHEN _amount < 0
    THEN 3
    ELSE 0
  END AS _outcome,
  "plan"
FROM (
  SELECT
    fact._unit,
    fact._at,
    fact."ended" AS _until,
    fact."mrr" AS _amount,
    "plan"
  FROM fact_subscriptions AS fact
  WHERE
    NOT fact._unit IS NULL AND fact."plan" <> 'internal'
) AS rows;
