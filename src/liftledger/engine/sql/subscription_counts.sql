-- Rows by outcome; of them those without an amount, and those that end at the instant they start.
SELECT
    _outcome,
    count(*) AS rows,
    sum(_blank) AS blank,
    sum(CASE WHEN _ends = _at THEN 1 ELSE 0 END) AS empty
FROM subscriptions
GROUP BY _outcome
