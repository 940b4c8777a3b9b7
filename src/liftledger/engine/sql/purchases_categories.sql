-- One row a unit: how many categories its rows above 0 name.
SELECT
    unit,
    count(*) AS categories
FROM (
    SELECT
        fact._unit AS unit,
        fact.category
    FROM fact
    WHERE $observed AND fact.amount > 0 AND fact.category <> ''
    GROUP BY fact._unit, fact.category
) AS named
GROUP BY unit
