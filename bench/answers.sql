-- The opponent for the simulated company (its records end on 2026-07-01): its three answers, as someone who knows DuckDB would write them by hand.
-- It lacks: every check and fingerprint, other metrics, dimensions, covariates, third powers, exact integers.
WITH studied AS (
    SELECT user_id, study, arm, "at" AS start FROM 'data/assignments/*.parquet'
),
-- 1. Time to value in `onboarding`: events and censored by arm and hour, up to 30 days.
activated AS (
    SELECT user_id, min("at") AS activated_at FROM 'data/events/*.parquet' WHERE name = 'activated' GROUP BY user_id
),
timed AS (
    SELECT arm, least(720, floor(epoch(TIMESTAMP '2026-07-01' - signed_up) / 3600)) AS seen,
           ceil(epoch(activated_at - signed_up) / 3600) AS taken
    FROM studied
    JOIN 'data/users/*.parquet' USING (user_id)
    LEFT JOIN activated USING (user_id)
    WHERE study = 'onboarding'
),
steps AS (
    SELECT arm, coalesce(taken <= seen, false) AS event, CASE WHEN taken <= seen THEN taken ELSE seen END AS step,
           count(*) AS units
    FROM timed
    GROUP BY ALL
),
-- 2. Tickets in `program`: contacts by arm and category; reopened and moved ones count once.
contacts AS (
    SELECT user_id, category, opened_at
    FROM 'data/tickets/*.parquet'
    WINDOW category AS (PARTITION BY user_id, category ORDER BY opened_at)
    QUALIFY row_number() OVER (PARTITION BY user_id, ticket_id ORDER BY opened_at) = 1
        AND NOT coalesce(
            lag(channel) OVER category <> channel AND opened_at - lag(opened_at) OVER category <= INTERVAL 7 DAY, false
        )
),
of_user AS (
    SELECT studied.user_id, arm, epoch(TIMESTAMP '2026-07-01' - start) AS observed,
           count(category) AS contacts,
           count(*) FILTER (category = 'access') AS access, count(*) FILTER (category = 'billing') AS billing,
           count(*) FILTER (category = 'bug') AS bug, count(*) FILTER (category = 'usage') AS usage
    FROM studied
    LEFT JOIN contacts ON contacts.user_id = studied.user_id AND opened_at >= start
    WHERE study = 'program'
    GROUP BY ALL
),
rates AS (
    SELECT arm, count(*) AS n, sum(observed) AS time, sum(observed * observed),
           sum(contacts), sum(contacts * contacts), sum(contacts * observed),
           sum(access), sum(access * access), sum(access * observed),
           sum(billing), sum(billing * billing), sum(billing * observed),
           sum(bug), sum(bug * bug), sum(bug * observed),
           sum(usage), sum(usage * usage), sum(usage * observed)
    FROM of_user
    GROUP BY arm
),
-- 3. Expansion in `offers`: revenue in 90 days, of the accounts observed as long.
of_account AS (
    SELECT entered.account_id, any_value(arm) AS arm, coalesce(sum(CAST(amount AS DOUBLE)), 0) AS revenue
    FROM 'data/account_assignments/*.parquet' AS entered
    LEFT JOIN 'data/invoices/*.parquet' AS paid
        ON paid.account_id = entered.account_id AND paid.type IN ('upgrade', 'refund')
        AND paid_at >= entered."at" AND paid_at < entered."at" + INTERVAL 90 DAY
    WHERE entered."at" <= TIMESTAMP '2026-07-01' - INTERVAL 90 DAY
    GROUP BY entered.account_id
),
revenue AS (
    SELECT arm, count(*) AS n, sum(revenue) AS total, sum(revenue * revenue) AS squares FROM of_account GROUP BY arm
)
SELECT
    (SELECT list(steps) FROM steps) AS steps,
    (SELECT list(rates) FROM rates) AS rates,
    (SELECT list(revenue) FROM revenue) AS revenue
