-- The opponent: SQL that someone who knows DuckDB would write by hand for these five metrics with CUPED.
-- It lacks: exact integers, skewness, several studies, caps, segments, checks of the data, a fingerprint of the facts.
WITH exposures AS (
    SELECT uid, arg_min(variant, ts) AS variant, min(ts) AS first_exposure_ts
    FROM 'exposures.parquet'
    GROUP BY uid
),
ev AS (
    SELECT e.uid, e.variant, v.event_name AS name, v.value,
           v.ts >= e.first_exposure_ts AS post,
           v.ts >= e.first_exposure_ts AND v.ts < e.first_exposure_ts + INTERVAL 7 DAY AS week1
    FROM exposures e
    JOIN (
        SELECT uid, ts, event_name, CAST(value AS DOUBLE) AS value
        FROM 'events/*.parquet'
        WHERE event_name IN ('order_completed', 'feature_activated', 'ticket_opened')
    ) v USING (uid)
    WHERE v.ts >= e.first_exposure_ts - INTERVAL 30 DAY AND v.ts < e.first_exposure_ts + INTERVAL 30 DAY
),
unit AS (
    SELECT uid, any_value(variant) AS variant,
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
           sum(y_revenue), sum(y_revenue * y_revenue), sum(x_revenue), sum(x_revenue * x_revenue), sum(y_revenue * x_revenue),
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
JOIN (SELECT variant, count(*) AS n FROM exposures GROUP BY variant) USING (variant)
ORDER BY variant
