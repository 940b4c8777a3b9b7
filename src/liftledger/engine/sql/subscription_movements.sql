-- Two rows a subscription: it starts (_running 1) with its money a month (_mrr), and when it ends both go again.
SELECT
    _unit,
    _at,
    1 AS _running,
    _mrr
FROM subscriptions
WHERE _outcome = 0
UNION ALL
SELECT
    _unit,
    _ends AS _at,
    -1 AS _running,
    -_mrr AS _mrr
FROM subscriptions
WHERE _outcome = 0 AND NOT _ends IS NULL
