-- The opponent: SQL that someone who knows PostgreSQL would write by hand for these five metrics with CUPED.
-- It lacks: exact integers, skewness, several studies, caps, segments, checks of the data, a fingerprint of the facts.
WITH first AS MATERIALIZED (
    SELECT DISTINCT ON (uid) uid, variant, ts AS start FROM liftledger_bench.exposures ORDER BY uid, ts
),
ev AS (
    SELECT e.uid, e.variant, v.event_name AS name, v.value,
           v.ts >= e.start AS post,
           v.ts >= e.start AND v.ts < e.start + INTERVAL '7 days' AS week1
    FROM first AS e
    JOIN (
        SELECT uid, ts, event_name, CAST(value AS DOUBLE PRECISION) AS value
        FROM liftledger_bench.events
        WHERE event_name IN ('order_completed', 'feature_activated', 'ticket_opened')
    ) AS v USING (uid)
    WHERE v.ts >= e.start - INTERVAL '30 days' AND v.ts < e.start + INTERVAL '30 days'
),
unit AS (
    SELECT uid, min(variant) AS variant,
           sum(CASE WHEN name = 'order_completed' AND post THEN value ELSE 0 END) AS y_revenue,
           sum(CASE WHEN name = 'order_completed' AND post THEN 1 ELSE 0 END) AS y_orders,
           max(CASE WHEN name = 'order_completed' AND post THEN 1 ELSE 0 END) AS y_bought,
           max(CASE WHEN name = 'feature_activated' AND week1 THEN 1 ELSE 0 END) AS y_active,
           sum(CASE WHEN name = 'ticket_opened' AND post THEN 1 ELSE 0 END) AS y_tickets,
           sum(CASE WHEN name = 'order_completed' AND NOT post THEN value ELSE 0 END) AS x_revenue,
           sum(CASE WHEN name = 'order_completed' AND NOT post THEN 1 ELSE 0 END) AS x_orders,
           max(CASE WHEN name = 'order_completed' AND NOT post THEN 1 ELSE 0 END) AS x_bought,
           max(CASE WHEN name = 'feature_activated' AND NOT post THEN 1 ELSE 0 END) AS x_active,
           sum(CASE WHEN name = 'ticket_opened' AND NOT post THEN 1 ELSE 0 END) AS x_tickets
    FROM ev
    GROUP BY uid
),
sums AS (
    SELECT variant,
           sum(y_revenue) AS revenue, sum(y_revenue * y_revenue), sum(x_revenue), sum(x_revenue * x_revenue), sum(y_revenue * x_revenue),
           sum(y_orders), sum(y_orders * y_orders), sum(x_orders), sum(x_orders * x_orders), sum(y_orders * x_orders),
           sum(y_bought), sum(y_bought * y_bought), sum(x_bought), sum(x_bought * x_bought), sum(y_bought * x_bought),
           sum(y_active), sum(y_active * y_active), sum(x_active), sum(x_active * x_active), sum(y_active * x_active),
           sum(y_tickets), sum(y_tickets * y_tickets), sum(x_tickets), sum(x_tickets * x_tickets), sum(y_tickets * x_tickets),
           sum(y_revenue * y_orders), sum(x_revenue * x_orders), sum(y_revenue * x_orders), sum(x_revenue * y_orders)
    FROM unit
    GROUP BY variant
)
SELECT n, sums.*
FROM sums
JOIN (SELECT variant, count(*) AS n FROM first GROUP BY variant) AS arms USING (variant)
ORDER BY variant
