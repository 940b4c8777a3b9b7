-- Steps that add up to 0 or less, and what they do together.
SELECT
    count(*) AS steps,
    coalesce(sum(amount), 0) AS amount
FROM steps
WHERE amount <= 0
