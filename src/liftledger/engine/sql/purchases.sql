-- One row a purchase: the steps that add up to more than 0.
SELECT
    *
FROM steps
WHERE amount > 0
