CREATE OR REPLACE TEMPORARY VIEW plans_accounts AS
/* The plans of the subscriptions that count. */
SELECT
  _unit,
  _at,
  "plan"
FROM subscriptions_accounts
WHERE
  _outcome = 0;
